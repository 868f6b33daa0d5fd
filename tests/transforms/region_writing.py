"""Programs written by hand: a builder whose values have Python's operators, and blocks from functions.

code = Code()
x = code.array("x", "n")
with code.line("s = s * x[i]"): ...
(s,) = code.for_(0, x.len(), [code.number(1.0)], lambda i, s: [s * x[i]])
program = code.finish("product", s)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from bpcompiler.errors import Origin
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Literal, Operand, Primitive, Value, literal
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Dim, Size, Symbol
from bpcompiler.ir.types import FLOAT64, INT64, Array, Aval, Scalar
from bpcompiler.ir.verify import verify
from bpcompiler.primitives import (
    arithmetic,
    broadcasting,
    creation,
    functions,
    indexing,
    piecewise,
    regions,
    stores,
)
from bpcompiler.primitives.indexing import At, Slice, Spec, full_slice
from bpcompiler.primitives.loops import for_
from bpcompiler.primitives.products import matmul

Block_ = Callable[..., Sequence["Wrapped"]]
_numbers = count(1)


def symbol(name: str) -> Dim:
    """Return an unknown integer that may be negative."""
    return Dim((((Symbol(name, nonnegative=False),), 1),))


class Wrapped:
    """An operand with Python's operators: each adds an equation."""

    def __init__(self, code: Code, operand: Operand) -> None:
        self.code, self.operand = code, operand

    def _two(self, primitive: Primitive, other: Any, *, swapped: bool = False) -> Wrapped:
        pair = (other, self) if swapped else (self, other)
        return self.code.one_of(primitive, *pair)

    def __add__(self, other: Any) -> Wrapped:
        return self._two(arithmetic.add, other)

    def __radd__(self, other: Any) -> Wrapped:
        return self._two(arithmetic.add, other, swapped=True)

    def __sub__(self, other: Any) -> Wrapped:
        return self._two(arithmetic.sub, other)

    def __rsub__(self, other: Any) -> Wrapped:
        return self._two(arithmetic.sub, other, swapped=True)

    def __mul__(self, other: Any) -> Wrapped:
        return self._two(arithmetic.mul, other)

    def __rmul__(self, other: Any) -> Wrapped:
        return self._two(arithmetic.mul, other, swapped=True)

    def __truediv__(self, other: Any) -> Wrapped:
        return self._two(arithmetic.div, other)

    def __neg__(self) -> Wrapped:
        return self.code.one_of(arithmetic.neg, self)

    def __gt__(self, other: Any) -> Wrapped:
        return self._two(piecewise.greater, other)

    def __lt__(self, other: Any) -> Wrapped:
        return self._two(piecewise.less, other)

    def __matmul__(self, other: Wrapped) -> Wrapped:
        return self._two(matmul, other)

    def __getitem__(self, key: Any) -> Wrapped:
        """A part that is known to be in bounds."""
        spec, indices = self.code.spec(self, key)
        return self.code.one_of(indexing.getslice, self, *indices, spec=spec)

    def checked_item(self, *key: Any) -> Wrapped:
        """A part whose indices are tested."""
        spec, indices = self.code.spec(self, key, proven=False)
        return self.code.one_of(indexing.getitem, self, *indices, spec=spec)

    def with_(self, key: Any, value: Any) -> Wrapped:
        """The array with a part replaced, known to be in bounds."""
        spec, indices = self.code.spec(self, key)
        return self.code.one_of(stores.setslice, self, value, *indices, spec=spec)

    def with_tested(self, key: Any, value: Any) -> Wrapped:
        """The array with a part replaced where an earlier equation read it."""
        spec, indices = self.code.spec(self, key, proven=False)
        return self.code.one_of(stores.setslice, self, value, *indices, spec=stores.checked(spec))

    def with_checked(self, key: Any, value: Any) -> Wrapped:
        """The array with a part replaced; the indices are tested."""
        spec, indices = self.code.spec(self, key, proven=False)
        return self.code.one_of(stores.setitem, self, value, *indices, spec=spec)

    def len(self) -> Wrapped:
        return self.code.one_of(creation.dim, self, axis=0, len=True)

    def sum(self) -> Wrapped:
        axes = tuple(range(len(self.operand.aval.shape)))
        return self.code.one_of(broadcasting.sum, self, axes=axes, keepdims=False)

    def named(self, name: str) -> Wrapped:
        assert isinstance(self.operand, Value)
        self.code.names[self.operand] = name
        return self


class Code(Builder):
    """A builder of programs from wrapped values."""

    def __init__(self) -> None:
        super().__init__()
        self.params: list[Value] = []

    # ------------------------------------------------------------------ inputs and numbers

    def _param(self, aval: Aval, name: str) -> Wrapped:
        value = self.input(aval, name)
        self.params.append(value)
        return Wrapped(self, value)

    def array(self, name: str, *shape: Size | str, dtype: Any = FLOAT64) -> Wrapped:
        sizes = tuple(Dim((((Symbol(s),), 1),)) if isinstance(s, str) else s for s in shape)
        return self._param(Array(dtype, sizes), name)

    def float(self, name: str) -> Wrapped:
        return self._param(Scalar(FLOAT64, weak=True), name)

    def int(self, name: str) -> Wrapped:
        return self._param(Scalar(INT64, weak=True, size=symbol(name)), name)

    def number(self, value: float) -> Wrapped:
        """A NumPy float, as carries of loops over arrays are."""
        return Wrapped(self, literal(value, like=Scalar(FLOAT64)))

    def integer(self, value: int) -> Wrapped:
        """A Python integer that a loop may change."""
        return Wrapped(self, Literal(value, Scalar(INT64, weak=True)))

    def size(self, size: Size) -> Wrapped:
        """A size as a number of the program."""
        return self.one_of(creation.size_value, size=size)

    def wrap(self, operand: Any) -> Wrapped:
        return operand if isinstance(operand, Wrapped) else Wrapped(self, literal(operand))

    # ------------------------------------------------------------------ equations

    def one_of(self, primitive: Primitive, *operands: Any, **attrs: Any) -> Wrapped:
        return Wrapped(self, self.one(primitive, *(self.wrap(o).operand for o in operands), **attrs))

    def call(self, name: str, *operands: Any) -> Wrapped:
        """An elementwise function by its name."""
        for module in (functions, piecewise, arithmetic):
            if hasattr(module, name):
                return self.one_of(getattr(module, name), *operands)
        raise KeyError(name)

    def strong(self, x: Wrapped) -> Wrapped:
        """A Python number as a NumPy float."""
        return self.one_of(piecewise.convert, x, dtype=FLOAT64, weak=False)

    def zeros(self, *shape: Size) -> Wrapped:
        return self.one_of(creation.zeros, shape=shape, dtype=FLOAT64)

    def spec(self, x: Wrapped, key: Any, *, proven: bool = True) -> tuple[Spec, list[Wrapped]]:
        """The spec of a key of Python slices and wrapped integers, and the indices it reads."""
        items = key if isinstance(key, tuple) else (key,)
        shape, found, indices = x.operand.aval.shape, [], []
        for axis, item in enumerate(items):
            if isinstance(item, slice):
                found.append(_slice(item, shape[axis]))
                continue
            indices.append(self.wrap(item))
            aval = indices[-1].operand.aval
            found.append(At(len(indices), aval.size if proven and isinstance(aval, Scalar) else None))
        found += [full_slice(size) for size in shape[len(items) :]]
        return tuple(found), indices

    @contextmanager
    def line(self, text: str) -> Iterator[None]:
        """One statement of the user."""
        number = next(_numbers)
        with self.at(Origin("program.py", number, 0, text, text, "f", number), self.phase):
            yield

    # ------------------------------------------------------------------ blocks

    def nested(self, write: Block_, params: Sequence[Value] = ()) -> Block:
        """What a function of the parameters adds, as a block."""
        outer, self.equations = self.equations, []
        try:
            results = [self.wrap(r).operand for r in write(*(Wrapped(self, p) for p in params))]
            return self.block(params, results)
        finally:
            self.equations = outer

    def _region(
        self, primitive: Primitive, operands: Sequence[Any], blocks: Any, **attrs: Any
    ) -> list[Wrapped]:
        given = [self.wrap(o).operand for o in operands]
        return [Wrapped(self, v) for v in self.emit(primitive, *given, blocks=tuple(blocks), **attrs)]

    def if_(self, condition: Wrapped, then: Block_, otherwise: Block_) -> list[Wrapped]:
        blocks = [self.nested(then), self.nested(otherwise)]
        return self._region(regions.if_, [condition], blocks)

    def for_(
        self, start: Any, stop: Any, init: Sequence[Wrapped], body: Block_, **options: Any
    ) -> list[Wrapped]:
        """A loop; the names of its index and carries are those of the function's parameters."""
        step, names = options.pop("step", 1), body.__code__.co_varnames
        bound = symbol(f"{names[0]}#{next(_numbers)}")
        index = self.input(Scalar(INT64, weak=True, size=bound), names[0])
        block = self.nested(body, [index, *self._carries(init, names[1:])])
        return self._region(for_, [start, stop, step, *init], [block], **options)

    def while_(self, init: Sequence[Wrapped], test: Block_, body: Block_, **options: Any) -> list[Wrapped]:
        names = body.__code__.co_varnames
        blocks = [self.nested(f, self._carries(init, names)) for f in (test, body)]
        return self._region(regions.while_, init, blocks, **options)

    def _carries(self, init: Sequence[Any], names: Sequence[str]) -> list[Value]:
        avals = [self.wrap(x).operand.aval for x in init]
        return [self.input(aval, name) for aval, name in zip(avals, names, strict=False)]

    def finish(self, name: str, *results: Any) -> Program:
        outputs = [self.wrap(r).operand for r in results]
        return verify(self.program(name, self.params, outputs), "writing")


def _slice(item: slice, size: Size) -> Slice:
    start = 0 if item.start is None else item.start
    stop = size if item.stop is None else item.stop
    start, stop = (size + end if isinstance(end, int) and end < 0 else end for end in (start, stop))
    return Slice(start, stop - start, 1, (item.start, item.stop, None))
