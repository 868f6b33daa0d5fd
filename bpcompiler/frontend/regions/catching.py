"""What a `try` would catch if the program raised it: a program goes on nowhere but at its end.

Where Python raises in an operation on numbers, the program often has IEEE's inf or NaN. Outside of a `try`
that is documented; inside of one that waits for it the results would differ, so it is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.linalg import LinAlgError

from bpcompiler.errors import UnsupportedError
from bpcompiler.frontend.regions.blocks import trace_of
from bpcompiler.ir.equations import Block, Equation, Literal, equations_of
from bpcompiler.ir.types import INT64, Scalar
from bpcompiler.primitives import (
    arithmetic,
    cholesky,
    functions,
    indexing,
    linalg,
    loops,
    piecewise,
    powers,
    stores,
)

if TYPE_CHECKING:
    from bpcompiler.frontend.interpreter.core import Interpreter

DIVISIONS = (arithmetic.div, arithmetic.floordiv, powers.mod)
DOMAINS = (
    functions.log, functions.log2, functions.log10, functions.log1p, functions.sqrt, functions.arcsin,
    functions.arccos, functions.arccosh, functions.arctanh,
)  # fmt: skip
OVERFLOWS = (functions.exp, functions.exp2, functions.expm1, functions.sinh, functions.cosh)
SINGULAR = (linalg.solve, linalg.inv, cholesky.cholesky, cholesky.solve_triangular)
CHECKS = {"index": IndexError, "shape": ValueError, "value": ValueError, "negative_dimension": ValueError}


def mark(m: Interpreter) -> int:
    """Return how many equations there are before a `try`."""
    return len(trace_of(m).builder.equations) if m.hooks.stages else 0


def refuse_faults(m: Interpreter, before: int, kinds: tuple[type[BaseException], ...]) -> None:
    """Raise UnsupportedError if what was traced since may raise what a handler of these kinds catches."""
    if not m.hooks.stages:
        return
    equations = tuple(trace_of(m).builder.equations[before:])
    for eqn in equations_of(Block((), equations, ())):
        found = next((fault for fault in _faults(eqn) if issubclass(fault, kinds)), None)
        if found is not None:
            raise UnsupportedError(
                f"{found.__name__}, which only the run of the program shows, cannot be caught",
                remedy="test the condition in place of catching what it raises",
                origin=eqn.origin,
            )


def _faults(eqn: Equation) -> tuple[type[BaseException], ...]:
    """Return what Python raises in some runs where an equation stands."""
    if eqn.primitive is loops.check:
        return (eqn.attrs.get("exception") or CHECKS[eqn.attrs["kind"]],)
    if eqn.primitive in (indexing.getitem, stores.setitem):
        return (IndexError,)
    if eqn.primitive in SINGULAR:
        return (LinAlgError,)
    if not _is_python_number(eqn):
        return ()
    if eqn.primitive in DIVISIONS:
        divisor = eqn.operands[1]
        return () if isinstance(divisor, Literal) and divisor.value else (ZeroDivisionError,)
    if eqn.primitive is powers.pow:
        exponent = eqn.operands[1]
        is_plain = isinstance(exponent, Literal) and exponent.value >= 0
        return (OverflowError,) if is_plain else (ZeroDivisionError, OverflowError)
    if eqn.primitive is piecewise.convert:
        return (ValueError, OverflowError) if _is_rounding(eqn) else ()
    return (ValueError,) if eqn.primitive in DOMAINS else (OverflowError,) * (eqn.primitive in OVERFLOWS)


def _is_python_number(eqn: Equation) -> bool:
    return len(eqn.outputs) == 1 and isinstance(eqn.output.aval, Scalar) and eqn.output.aval.weak


def _is_rounding(eqn: Equation) -> Any:
    return eqn.output.aval.dtype is INT64 and eqn.operands[0].aval.dtype.is_float
