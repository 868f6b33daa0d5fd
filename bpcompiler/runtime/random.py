"""Random numbers for generated code: `random.normal(seed, counter, i, 1)`, the same bits as in Python.

    random.uniform(seed, counter, index, purpose)      of the number `index` of an array, in [0, 1)
    random.normal(seed, counter, index, purpose)       with mean 0 and deviation 1
    random.below(seed, counter, index, purpose, n)     an integer in [0, n)

The formulae are those of `bpcompiler.random.threefry`, run on values of LLVM in place of arrays: what Python
would compute is written down, an instruction an operation. So a loop over `i` becomes vector code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import lower_builtin, type_callable

from bpcompiler.random.numbers import element
from bpcompiler.random.threefry import as_below, as_normal, as_uniform, threefry

WORD, INTEGER, FLOAT, TRUTH = (np.dtype(name) for name in ("uint64", "int64", "float64", "bool"))
_LLVM = {WORD: ir.IntType(64), INTEGER: ir.IntType(64), FLOAT: ir.DoubleType(), TRUTH: ir.IntType(1)}
_Operator = Callable[["Number", Any], "Number"]


def _operator(of_integers: str, of_floats: str = "", *, swapped: bool = False) -> _Operator:
    def method(self: Number, other: Any) -> Number:
        left, right = self.together(other)
        values = (right.value, left.value) if swapped else (left.value, right.value)
        name = of_floats if left.dtype == FLOAT else of_integers
        return Number(self.builder, getattr(self.builder, name)(*values), left.dtype)

    return method


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A value of LLVM that computes as an element of an array of NumPy's does."""

    builder: Any
    value: Any
    dtype: Any

    def together(self, other: Any) -> tuple[Number, Number]:
        """Return both operands in the type that NumPy computes in; a Python number takes the other's."""
        if not isinstance(other, Number):
            dtype = FLOAT if isinstance(other, float) else self.dtype
            other = Number(self.builder, ir.Constant(_LLVM[dtype], other), dtype)
        dtype = np.promote_types(self.dtype, other.dtype)
        return self.astype(dtype), other.astype(dtype)

    def astype(self, dtype: Any) -> Number:
        """Return the number in another type."""
        if dtype == self.dtype:
            return self
        convert = {
            (INTEGER, FLOAT): self.builder.sitofp,
            (WORD, FLOAT): self.builder.uitofp,
            (TRUTH, WORD): self.builder.zext,
        }[self.dtype, dtype]
        return Number(self.builder, convert(self.value, _LLVM[dtype]), dtype)

    def view(self, dtype: Any) -> Number:
        """Return the same bits as another type."""
        return Number(self.builder, self.builder.bitcast(self.value, _LLVM[np.dtype(dtype)]), np.dtype(dtype))

    def sqrt(self) -> Number:
        """Return the square root: `np.sqrt` calls this."""
        of_float = ir.FunctionType(_LLVM[FLOAT], [_LLVM[FLOAT]])
        function = cgutils.get_or_insert_function(self.builder.module, of_float, "llvm.sqrt.f64")
        return Number(self.builder, self.builder.call(function, [self.value]), FLOAT)

    def __rshift__(self, bits: int) -> Number:
        shift = self.builder.ashr if self.dtype == INTEGER else self.builder.lshr
        return Number(self.builder, shift(self.value, ir.Constant(_LLVM[self.dtype], bits)), self.dtype)

    def __lt__(self, other: Number) -> Number:
        return Number(self.builder, self.builder.icmp_unsigned("<", self.value, other.value), TRUTH)

    __add__, __radd__ = _operator("add", "fadd"), _operator("add", "fadd", swapped=True)
    __sub__, __rsub__ = _operator("sub", "fsub"), _operator("sub", "fsub", swapped=True)
    __mul__, __rmul__ = _operator("mul", "fmul"), _operator("mul", "fmul", swapped=True)
    __truediv__ = _operator("", "fdiv")
    __xor__, __and__, __or__, __lshift__ = map(_operator, ("xor", "and_", "or_", "shl"))


def _function(name: str, of_words: Callable[..., Any], result: Any, *, bounded: bool = False) -> Any:
    """Return a function of a block's four integers, and of `n` if it is bounded, known to Numba."""

    def function(*integers: Any) -> Any:
        return element(of_words, *integers)

    def of_block(_context: Any) -> Any:
        return lambda seed, counter, index, purpose: result

    def of_block_and_n(_context: Any) -> Any:
        return lambda seed, counter, index, purpose, n: result

    def lower(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        seed, counter, index, purpose, *n = (Number(builder, arg, WORD) for arg in args)
        return of_words(*threefry((seed, counter), index, purpose), *n).value

    function.__name__ = function.__qualname__ = name
    type_callable(function)(of_block_and_n if bounded else of_block)
    lower_builtin(function, *[types.Integer] * (5 if bounded else 4))(lower)
    return function


uniform = _function("uniform", lambda x, y: as_uniform(x), types.float64)
normal = _function("normal", as_normal, types.float64)
below = _function("below", as_below, types.int64, bounded=True)
