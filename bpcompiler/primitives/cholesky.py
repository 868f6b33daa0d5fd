"""The Cholesky factor, and systems with a triangle or with such a factor.

`cholesky` reads one triangle of its matrix only, as LAPACK does, and its derivative is in that triangle; the
other triangle of a factor is zero. In a rule: `low` is the lower factor, `y` the output. Formulas: I. Murray,
"Differentiation of the Cholesky decomposition" (2016).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Equation, Operand
from bpcompiler.primitives.arithmetic import add, neg
from bpcompiler.primitives.declare import Structural, Text, Writer, call
from bpcompiler.primitives.linalg import infer_solve, infer_square, minus_outer, outer, twins
from bpcompiler.primitives.products import matmul, swap_last
from bpcompiler.primitives.triangles import lower_half, tril, triu


def _scipy(name: str) -> Callable[..., Any]:
    """Return a function that calls `scipy.linalg` when first used: SciPy is slow to import."""

    def evaluate(*args: Any, **options: Any) -> Any:
        import scipy.linalg  # noqa: PLC0415 -- slow to import

        return getattr(scipy.linalg, name)(*args, **options)

    return evaluate


def _if_not(value: bool, usual: bool) -> str:
    """Return the text of a keyword's value, empty where that is the default."""
    return "" if value is usual else str(value)


def _flipped(emit: Builder, x: Operand, lower: bool) -> Operand:
    """Return x, or its transpose where the factor is the upper one."""
    return x if lower else swap_last(emit, x)


# ------------------------------------------------------------------ cholesky


def _evaluate_cholesky(a: Any, *, lower: bool, scipy: bool) -> Any:
    return np.linalg.cholesky(a, upper=not lower)


def _write_cholesky(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    lower = eqn.attrs["lower"]
    if eqn.attrs["scipy"]:
        return call("scipy.linalg.cholesky", str(operands[0]), lower=_if_not(lower, False))
    return call("np.linalg.cholesky", str(operands[0]), upper=_if_not(not lower, False))


def _pull_cholesky(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """low^-T P low^-1, P being low^T ct with its lower triangle mirrored; in the triangle that was read."""
    lower = eqn.attrs["lower"]
    low, ct = _flipped(emit, eqn.output, lower), _flipped(emit, ct, lower)
    product = emit.one(matmul, swap_last(emit, low), ct)
    mirrored = swap_last(emit, emit.one(tril, product, k=-1))
    half = _solve(emit, low, emit.one(add, emit.one(tril, product, k=0), mirrored), trans=True)
    whole = _solve(emit, low, swap_last(emit, half), trans=True)
    return _flipped(emit, emit.one(lower_half, whole, low, ct), lower)


def _push_cholesky(emit: Builder, t: Operand, eqn: Equation, index: int) -> Operand:
    """low phi(low^-1 t low^-T), t being the triangle that is read, mirrored."""
    lower = eqn.attrs["lower"]
    low, t = _flipped(emit, eqn.output, lower), _flipped(emit, t, lower)
    mirrored = swap_last(emit, emit.one(tril, t, k=-1))
    half = _solve(emit, low, emit.one(add, emit.one(tril, t, k=0), mirrored), trans=False)
    whole = _solve(emit, low, swap_last(emit, half), trans=False)
    return _flipped(emit, emit.one(matmul, low, emit.one(lower_half, whole)), lower)


def _solve(emit: Builder, low: Operand, b: Operand, *, trans: bool) -> Operand:
    options = {"lower": True, "trans": trans, "unit": False, "check_finite": True}
    return emit.one(solve_triangular_again, low, b, **options)


# ------------------------------------------------------------------ systems with a triangle


def _evaluate_triangular(a: Any, b: Any, *, lower: bool, trans: bool, unit: bool, check_finite: bool) -> Any:
    options = {"lower": lower, "trans": int(trans), "unit_diagonal": unit, "check_finite": False}
    return _scipy("solve_triangular")(a, b, **options)


def _write_triangular(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    attrs = eqn.attrs
    return call(
        "scipy.linalg.solve_triangular",
        *map(str, operands),
        trans="1" if attrs["trans"] else "",
        lower=_if_not(attrs["lower"], False),
        unit_diagonal=_if_not(attrs["unit"], False),
        check_finite=_if_not(attrs["check_finite"], True),
    )


def _pull_triangular(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """b: op(a)^-T ct; a: minus its product with y^T, or the other way round, in the triangle."""
    attrs = eqn.attrs
    solved = emit.one(solve_triangular_again, eqn.operands[0], ct, **{**attrs, "trans": not attrs["trans"]})
    if index == 1:
        return solved
    sides = (eqn.output, solved) if attrs["trans"] else (solved, eqn.output)
    return _triangle_of(emit, minus_outer(emit, *sides), eqn)


def _push_triangular(emit: Builder, t: Operand, eqn: Equation, index: int) -> Operand:
    """a: -op(a)^-1 (op(t) y), t being in the triangle."""
    moved = _flipped(emit, _triangle_of(emit, t, eqn), not eqn.attrs["trans"])
    product = emit.one(matmul, moved, eqn.output)
    return emit.one(neg, emit.one(solve_triangular_again, eqn.operands[0], product, **eqn.attrs))


def _triangle_of(emit: Builder, x: Operand, eqn: Equation) -> Operand:
    """Return what a system reads of x: a triangle, with its diagonal or without."""
    unit = int(eqn.attrs["unit"])
    return emit.one(tril, x, k=-unit) if eqn.attrs["lower"] else emit.one(triu, x, k=unit)


# ------------------------------------------------------------------ systems with a factor


def _evaluate_cho_solve(c: Any, b: Any, *, lower: bool, check_finite: bool) -> Any:
    return _scipy("cho_solve")((c, lower), b, check_finite=False)


def _write_cho_solve(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    factor = f"({operands[0]}, {eqn.attrs['lower']})"
    return call(
        "scipy.linalg.cho_solve",
        factor,
        str(operands[1]),
        check_finite=_if_not(eqn.attrs["check_finite"], True),
    )


def _half_solved(emit: Builder, eqn: Equation, b: Operand, *, second: bool = False) -> Operand:
    """Return low^-1 b, the first half of solving with the factor, or low^-T b. It reads one triangle only."""
    lower = eqn.attrs["lower"]
    options = {**eqn.attrs, "trans": lower is second, "unit": False}
    return emit.one(solve_triangular_again, eqn.operands[0], b, **options)


def _pull_cho_solve(emit: Builder, ct: Operand, eqn: Equation, index: int) -> Operand:
    """b: (low low^T)^-1 ct, called u; c: -(u y^T + y u^T) low = -(u (low^-1 b)^T + y (low^-1 ct)^T)."""
    c, b = eqn.operands
    solved = emit.one(cho_solve, c, ct, **eqn.attrs)
    if index == 1:
        return solved
    one, other = _half_solved(emit, eqn, b), _half_solved(emit, eqn, ct)
    total = emit.one(add, outer(emit, solved, one), outer(emit, eqn.output, other))
    return _flipped(emit, emit.one(neg, emit.one(tril, total, k=0)), eqn.attrs["lower"])


def _push_cho_solve(emit: Builder, t: Operand, eqn: Equation, index: int) -> Operand:
    """c: -(low low^T)^-1 t (low^-1 b) - low^-T t^T y, t being in the triangle."""
    c, b = eqn.operands
    t = emit.one(tril, _flipped(emit, t, eqn.attrs["lower"]), k=0)
    whole = emit.one(cho_solve, c, emit.one(matmul, t, _half_solved(emit, eqn, b)), **eqn.attrs)
    half = _half_solved(emit, eqn, emit.one(matmul, swap_last(emit, t), eqn.output), second=True)
    return emit.one(neg, emit.one(add, whole, half))


cholesky, cholesky_again = twins(
    "cholesky",
    infer_square,
    evaluate=_evaluate_cholesky,
    text=_write_cholesky,
    pull=_pull_cholesky,
    push=_push_cholesky,
)
solve_triangular, solve_triangular_again = twins(
    "solve_triangular",
    infer_solve,
    evaluate=_evaluate_triangular,
    text=_write_triangular,
    linear_in=(1,),
    transpose=_pull_triangular,
    pull=_pull_triangular,
    push=_push_triangular,
)
cho_solve = Structural(
    "cho_solve",
    infer_solve,
    evaluate=_evaluate_cho_solve,
    text=_write_cho_solve,
    linear_in=(1,),
    transpose=_pull_cho_solve,
    pull=_pull_cho_solve,
    push=_push_cho_solve,
)

FAMILY = (cholesky, cholesky_again, solve_triangular, solve_triangular_again, cho_solve)
