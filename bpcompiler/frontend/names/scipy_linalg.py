"""SciPy's linear algebra, by name: SciPy is slow to import, and who calls its functions has imported it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpcompiler.errors import UnsupportedError
from bpcompiler.frontend.names.common import no_rule
from bpcompiler.frontend.names.numpy_creation import astype
from bpcompiler.frontend.names.numpy_linalg import as_floats, matrix, require_rows
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.primitives import cholesky, linalg

TRANSPOSED = {0: False, "N": False, 1: True, "T": True, 2: True, "C": True}


def _one_matrix(a: Any, name: str) -> Any:
    """Return a square matrix; SciPy's functions of stacks have no rule."""
    x = matrix(a)
    if len(x.aval.shape) > 2:
        raise no_rule(f"scipy.linalg.{name} of a stack of matrices", "call it for each, or use np.linalg")
    return x


def _right_side(a: Any, b: Any, name: str) -> Any:
    x = as_floats(b)
    if len(x.aval.shape) not in (1, 2):
        raise no_rule(
            f"scipy.linalg.{name} with a right side of {len(x.aval.shape)} dimensions",
            "use a vector or a matrix",
        )
    require_rows(a, x)
    return x


def _known(value: Any, what: str) -> bool:
    if isinstance(value, Traced):
        raise UnsupportedError(
            f"{what} that depends on data", remedy="give it as True or False", origin=current().place()
        )
    return bool(value)


def _factor(a: Any, lower: Any, name: str) -> Any:
    x = _one_matrix(a, name)
    below = _known(lower, "lower=")
    return current().emit(cholesky.cholesky, x, lower=below, scipy=True)


def _cholesky(a: Any, lower: Any = False, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    return _factor(a, lower, "cholesky")


def _cho_factor(a: Any, lower: Any = False, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    """SciPy leaves anything in the triangle that is not the factor's; here it is zero."""
    return _factor(a, lower, "cho_factor"), lower


def _cho_solve(c_and_lower: Any, b: Any, overwrite_b: Any = False, check_finite: Any = True) -> Any:
    c, lower = c_and_lower
    c = _one_matrix(c, "cho_solve")
    b = _right_side(c, b, "cho_solve")
    finite = _known(check_finite, "check_finite=")
    return current().emit(cholesky.cho_solve, c, b, lower=_known(lower, "lower="), check_finite=finite)


def _solve_triangular(
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    overwrite_b: Any = False,
    check_finite: Any = True,
) -> Any:
    a = _one_matrix(a, "solve_triangular")
    b = _right_side(a, b, "solve_triangular")
    if isinstance(trans, Traced) or trans not in TRANSPOSED:
        raise ValueError(f"trans is 0, 1 or 2 ('N', 'T' or 'C'), not {trans!r}")
    return current().emit(
        cholesky.solve_triangular,
        a,
        b,
        lower=_known(lower, "lower="),
        trans=TRANSPOSED[trans],
        unit=_known(unit_diagonal, "unit_diagonal="),
        check_finite=_known(check_finite, "check_finite="),
    )


def _inv(a: Any, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    return current().emit(linalg.inv, _one_matrix(a, "inv"))


def _det(a: Any, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    """SciPy computes it in float64, whatever the matrix is."""
    return current().emit(linalg.det, astype(matrix(a), np.float64, copy=False))


def _solve(  # noqa: PLR0913, PLR0917 -- as SciPy has it
    a: Any,
    b: Any,
    lower: Any = False,
    overwrite_a: Any = False,
    overwrite_b: Any = False,
    check_finite: Any = True,
    assume_a: Any = None,
    transposed: Any = False,
) -> Any:
    """Of a matrix that is said to be positive definite one triangle is read; others are read whole."""
    a = _one_matrix(a, "solve")
    b = _right_side(a, b, "solve")
    if assume_a in ("pos", "positive definite"):
        below = _known(lower, "lower=")
        factor = current().emit(cholesky.cholesky, a, lower=below, scipy=True)
        return current().emit(cholesky.cho_solve, factor, b, lower=below, check_finite=True)
    if assume_a not in (None, "gen", "general"):
        raise no_rule(f"scipy.linalg.solve with assume_a={assume_a!r}", "leave it out, or say 'pos'")
    return current().emit(linalg.solve, a.T if _known(transposed, "transposed=") else a, b)


HANDLERS: dict[str, Callable[..., Any]] = {
    "cholesky": _cholesky,
    "cho_factor": _cho_factor,
    "cho_solve": _cho_solve,
    "solve": _solve,
    "solve_triangular": _solve_triangular,
    "inv": _inv,
    "det": _det,
}
