"""Matrix products for generated code: `gemm`, `gemv`, `dot`, and nothing of BLAS to compile in it.

    gemm(out, a, b, trans_a, trans_b, beta)     out = op(a) @ op(b) + beta * out
    gemv(out, a, x, trans_a, beta)              out = op(a) @ x + beta * out
    dot(x, y)                                   the sum of x * y

float64 or float32, all of one dtype, of any strides: transposed and F-ordered ones are read in place, what
BLAS cannot read is copied; where it cannot write, loops do. `out` overlaps no operand, nor itself. `trans_*`
is a bool or an int; beta = 0 overwrites whatever `out` held. Shapes are the caller's to check: a wrong one
reads outside the arrays. In compiled code each is one call of a kernel (blas_kernels.py) by name; in Python
it is NumPy. They release nothing and hold nothing: the GIL is the caller's matter. BLAS may use several
threads for large products, as NumPy's does; threadpoolctl and OPENBLAS_NUM_THREADS rule both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.extending import lower_builtin, type_callable

from bpcompiler.runtime.blas_install import install, install_all, symbol

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = cgutils.intp_t
REALS = {types.float64: ir.DoubleType(), types.float32: ir.FloatType()}


def gemm(
    out: NDArray[Any], a: NDArray[Any], b: NDArray[Any], trans_a: int, trans_b: int, beta: float
) -> None:
    """Set `out = op(a) @ op(b) + beta * out`: (m,k) @ (k,n) -> (m,n), op transposing where asked."""
    _accumulate(out, (a.T if trans_a else a) @ (b.T if trans_b else b), beta)


def gemv(out: NDArray[Any], a: NDArray[Any], x: NDArray[Any], trans_a: int, beta: float) -> None:
    """Set `out = op(a) @ x + beta * out`: (m,k) @ (k) -> (m), op transposing where asked."""
    _accumulate(out, (a.T if trans_a else a) @ x, beta)


def dot(x: NDArray[Any], y: NDArray[Any]) -> Any:
    """Return the inner product of two vectors."""
    return np.dot(x, y)


def _accumulate(out: NDArray[Any], product: NDArray[Any], beta: float) -> None:
    out[...] = product if beta == 0 else product + out.dtype.type(beta) * out


def _type_gemm(_context: Any) -> Any:
    def typer(out: Any, a: Any, b: Any, trans_a: Any, trans_b: Any, beta: Any) -> Any:
        _check("gemm", [(out, 2), (a, 2), (b, 2)], [trans_a, trans_b, beta])
        return types.void

    return typer


def _type_gemv(_context: Any) -> Any:
    def typer(out: Any, a: Any, x: Any, trans_a: Any, beta: Any) -> Any:
        _check("gemv", [(out, 1), (a, 2), (x, 1)], [trans_a, beta])
        return types.void

    return typer


def _type_dot(_context: Any) -> Any:
    def typer(x: Any, y: Any) -> Any:
        _check("dot", [(x, 1), (y, 1)], [])
        return x.dtype

    return typer


def _lower_gemm(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    out, a, b = (_Operand(context, builder, signature, args, i) for i in range(3))
    a.transpose_if(3)
    b.transpose_if(4)
    sizes = [*out.shape, a.shape[1]]
    return _call(out, "gemm", [*out.place, *a.place, *b.place, *sizes, out.number(5)])


def _lower_gemv(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    out, a, x = (_Operand(context, builder, signature, args, i) for i in range(3))
    a.transpose_if(3)
    return _call(out, "gemv", [*out.place, *a.place, *x.place, *out.shape, a.shape[1], out.number(4)])


def _lower_dot(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    x, y = (_Operand(context, builder, signature, args, i) for i in range(2))
    return _call(x, "dot", [*x.place, *y.place, *x.shape], returns=REALS[x.dtype])


class _Operand:
    """An array argument in a call that is being lowered: its address, byte strides and sizes."""

    def __init__(self, context: Any, builder: Any, signature: Any, args: Any, position: int) -> None:
        self.context, self.builder, self.signature, self.args = context, builder, signature, args
        self.dtype = signature.args[position].dtype
        array = context.make_array(signature.args[position])(context, builder, args[position])
        self.start = builder.ptrtoint(array.data, SIZE)
        self.shape = cgutils.unpack_tuple(builder, array.shape)
        self.strides = cgutils.unpack_tuple(builder, array.strides)

    @property
    def place(self) -> list[Any]:
        """The address and the strides, as a kernel takes them."""
        return [self.start, *self.strides]

    def transpose_if(self, position: int) -> None:
        """Exchange the dimensions if the argument at that position is true."""
        flag = self.context.is_true(self.builder, self.signature.args[position], self.args[position])
        for pair in (self.shape, self.strides):
            first, second = pair
            pair[:] = [self.builder.select(flag, second, first), self.builder.select(flag, first, second)]

    def number(self, position: int) -> Any:
        """Return the scalar argument at that position in the operands' dtype."""
        given = self.signature.args[position]
        return self.context.cast(self.builder, self.args[position], given, self.dtype)


def _call(operand: _Operand, operation: str, args: list[Any], returns: Any = None) -> Any:
    """Call a kernel by its symbol, which is what remains valid in the next process."""
    builder = operand.builder
    function_type = ir.FunctionType(returns or ir.VoidType(), [arg.type for arg in args])
    function = cgutils.get_or_insert_function(
        builder.module, function_type, symbol(operation, operand.dtype.name)
    )
    value = builder.call(function, args)
    return operand.context.get_dummy_value() if returns is None else value


def _check(operation: str, arrays: list[tuple[Any, int]], scalars: list[Any]) -> None:
    """Say what does not fit, and have the kernel ready: its symbol must exist before a caller is linked."""
    dtype: Any = getattr(arrays[0][0], "dtype", None)
    for array, ndim in arrays:
        if not (isinstance(array, types.Array) and array.ndim == ndim and array.dtype == dtype):
            raise TypingError(f"{operation} takes {ndim}-d arrays of one dtype here, not {array}")
    if dtype not in REALS:
        raise TypingError(f"{operation} takes float64 or float32, not {dtype}")
    if not all(isinstance(scalar, (types.Number, types.Boolean)) for scalar in scalars):
        raise TypingError(f"{operation}: flags and beta are numbers, not {scalars}")
    install(operation, dtype.name)


ARRAYS, SCALARS = types.Array, types.Any

type_callable(gemm)(_type_gemm)
type_callable(gemv)(_type_gemv)
type_callable(dot)(_type_dot)
lower_builtin(gemm, *[ARRAYS] * 3, *[SCALARS] * 3)(_lower_gemm)
lower_builtin(gemv, *[ARRAYS] * 3, *[SCALARS] * 2)(_lower_gemv)
lower_builtin(dot, *[ARRAYS] * 2)(_lower_dot)
install_all()
