"""Type rules that many primitives share."""

from __future__ import annotations

from collections.abc import Callable

from bpcompiler.errors import DtypeError, ShapeError
from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Attrs, Block
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.types import BOOL, FLOAT64, INT64, Array, Aval, DType, Scalar, is_weak, promote

Shape = tuple[Size, ...]
Infer = Callable[[tuple[Aval, ...], Attrs, tuple[Block, ...]], tuple[Aval, ...]]


def broadcast_shapes(*shapes: Shape) -> Shape:
    """Return the shape of an elementwise result: dimensions are equal, or 1, or missing in front."""
    ndim = max(map(len, shapes))
    padded = [(1,) * (ndim - len(shape)) + shape for shape in shapes]
    result: list[Size] = []
    for dims in zip(*padded, strict=True):
        wide = {size for size in dims if size != 1}
        if len(wide) > 1:
            texts = " ".join(shape_text(shape) for shape in shapes)
            raise ShapeError(f"operands could not be broadcast together with shapes {texts}")
        result.append(wide.pop() if wide else 1)
    return tuple(result)


def shape_text(shape: Shape) -> str:
    """Return a shape as NumPy writes it in its messages: `(3,)`, `(n,4)`."""
    inner = ",".join(map(str, shape))
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def like_operands(dtype: DType, avals: tuple[Aval, ...], *, strong: bool = False) -> Aval:
    """Return the type of an elementwise result of this dtype: a scalar if all operands are scalars."""
    if any(isinstance(aval, Array) for aval in avals):
        return Array(dtype, broadcast_shapes(*(aval.shape for aval in avals)))
    return Scalar(dtype, weak=not strong and all(map(is_weak, avals)))


def arithmetic(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """`+ - * // %`: the promoted dtype; Python bools count as ints."""
    dtype = promote(avals)
    if dtype is BOOL:
        if not all(map(is_weak, avals)):
            raise DtypeError(
                "arithmetic on two bool arrays", remedy="use & | ^, or convert one: x.astype(np.float64)"
            )
        dtype = INT64
    return (like_operands(dtype, avals, strong=attrs.get("strong", False)),)


def with_size(rule: Callable[[Size, Size], Size | None]) -> Infer:
    """Return `arithmetic` that also computes the size of an integer result."""

    def infer(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
        (result,) = arithmetic(avals, attrs, blocks)
        known = [aval.size for aval in avals if isinstance(aval, Scalar) and aval.size is not None]
        if isinstance(result, Scalar) and result.dtype is INT64 and len(known) == 2:
            return (Scalar(INT64, result.weak, rule(known[0], known[1])),)
        return (result,)

    return infer


def floating(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """`exp`, `/` ...: the promoted dtype, float64 for integers."""
    dtype = promote(avals)
    strong = attrs.get("strong", False)
    return (like_operands(dtype if dtype.is_float else FLOAT64, avals, strong=strong),)


def function(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """`exp`, `arctan2` ...: as `floating`, but of bools NumPy makes float16."""
    if promote(avals) is BOOL and (attrs.get("strong", False) or not all(map(is_weak, avals))):
        raise DtypeError(
            "a function of bools, which NumPy computes in float16", remedy="convert it: x.astype(np.float64)"
        )
    return floating(avals, attrs, blocks)


def boolean(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """Comparisons and logic: bool."""
    return (like_operands(BOOL, avals, strong=attrs.get("strong", False)),)


def selecting(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """`a if c else b`: the promoted dtype of the two sides; `c` counts for the shape."""
    dtype = promote(avals[1:])
    if any(isinstance(aval, Array) for aval in avals):
        return (Array(dtype, broadcast_shapes(*(aval.shape for aval in avals))),)
    strong = attrs.get("strong", False)
    return (Scalar(dtype, weak=not strong and all(map(is_weak, avals[1:]))),)


def same(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    """The type of the first operand."""
    return (avals[0],)


def reduced_shape(shape: Shape, axes: tuple[int, ...], keepdims: bool) -> Shape:
    """Return the shape after a reduction over `axes` (normalised)."""
    if keepdims:
        return tuple(1 if axis in axes else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in axes)


def array_or_scalar(dtype: DType, shape: Shape) -> Aval:
    """Return what NumPy returns for a result of this shape: a scalar where no dimension is left."""
    return Array(dtype, shape) if shape else Scalar(dtype)


def negative_size(aval: Scalar) -> Size | None:
    """Return the size of minus an integer."""
    return None if aval.size is None else -aval.size


SIZE_RULES: dict[str, Callable[[Size, Size], Size | None]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "floordiv": lambda a, b: sizes.floordiv(a, b) if b != 0 else None,
    "mod": lambda a, b: sizes.mod(a, b) if b != 0 else None,
}
