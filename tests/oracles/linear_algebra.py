"""Linear algebra on object arrays of duals, by schoolbook elimination: nothing of LAPACK is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.oracles import rules
from tests.oracles.number import apply, plain


def _stacked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function of matrices as one of stacks of matrices."""

    def on_stacks(a: Any, *others: Any, **options: Any) -> Any:
        a, *others = (np.array(x, dtype=object) for x in (a, *others))
        stack = np.broadcast_shapes(a.shape[:-2], *(x.shape[:-2] for x in others))
        if not stack:
            return function(a, *others, **options)
        parts = [np.broadcast_to(x, stack + x.shape[-2:]).reshape(-1, *x.shape[-2:]) for x in (a, *others)]
        results = [function(*part, **options) for part in zip(*parts, strict=True)]
        out = np.empty((len(results), *np.shape(results[0])), dtype=object)
        for place, result in enumerate(results):
            out[place] = result
        return out.reshape(stack + out.shape[1:])

    return on_stacks


def _eliminated(a: Any, b: Any) -> tuple[Any, Any, float]:
    """Return an upper triangle, the right side that goes with it, and the sign of the exchanges."""
    a, b, sign = a.copy(), b.copy(), 1.0
    for k in range(len(a)):
        best = max(range(k, len(a)), key=lambda i: abs(plain(a[i, k])))
        if plain(a[best, k]) == 0:
            raise np.linalg.LinAlgError("Singular matrix")
        if best != k:
            a[[k, best]], b[[k, best]], sign = a[[best, k]], b[[best, k]], -sign
        for i in range(k + 1, len(a)):
            factor = a[i, k] / a[k, k]
            a[i] = a[i] - factor * a[k]
            b[i] = b[i] - factor * b[k]
    return a, b, sign


def _substituted(a: Any, b: Any, *, lower: bool, unit: bool = False) -> Any:
    x, size = b.copy(), len(a)
    for i in range(size) if lower else reversed(range(size)):
        for j in range(i) if lower else range(i + 1, size):
            x[i] = x[i] - a[i, j] * x[j]
        if not unit:
            x[i] = x[i] / a[i, i]
    return x


def _solve(a: Any, b: Any) -> Any:
    triangle, side, _ = _eliminated(a, b)
    return _substituted(triangle, side, lower=False)


def _inv(a: Any) -> Any:
    return _solve(a, np.eye(len(a)).astype(object))


def _det(a: Any) -> Any:
    triangle, _, sign = _eliminated(a, np.zeros((len(a), 0), dtype=object))
    return np.prod(np.diag(triangle)) * np.float64(sign)


def slogdet(a: Any) -> Any:
    """Return the sign of the determinant and the logarithm of its size."""
    determinant = _det(np.array(a, dtype=object))
    sign = np.float64(np.sign(plain(determinant)))
    return sign, apply(rules.NUMPY["log"], determinant * sign)


def _cholesky(a: Any, *, upper: bool = False) -> Any:
    a = a.T if upper else a
    low = np.full(a.shape, np.float64(0.0), dtype=object)
    for i in range(len(a)):
        for j in range(i + 1):
            rest = a[i, j] - sum(low[i, k] * low[j, k] for k in range(j))
            low[i, j] = apply(rules.NUMPY["sqrt"], rest) if i == j else rest / low[j, j]
    return low.T if upper else low


def solve(a: Any, b: Any) -> Any:
    """Return a^-1 b; a vector is one for every matrix of a stack."""
    if np.ndim(b) > 1:
        return _stacked(_solve)(a, b)
    return _stacked(_solve)(a, np.array(b, dtype=object)[:, None])[..., 0]


inv, det, cholesky = _stacked(_inv), _stacked(_det), _stacked(_cholesky)


def solve_triangular(a: Any, b: Any, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False) -> Any:
    """Return op(a)^-1 b for one triangle of a."""
    turned = trans not in (0, "N")
    a, b = np.array(a, dtype=object), np.array(b, dtype=object)
    return _substituted(a.T if turned else a, b, lower=lower != turned, unit=unit_diagonal)


def scipy_cholesky(a: Any, lower: bool = False) -> Any:
    """Return the factor in one triangle, the upper one if not told otherwise."""
    return cholesky(a, upper=not lower)


def cho_factor(a: Any, lower: bool = False) -> Any:
    """Return the factor and which it is."""
    return scipy_cholesky(a, lower), lower


def cho_solve(factor: Any, b: Any) -> Any:
    """Return (low low^T)^-1 b."""
    c, lower = factor
    first = solve_triangular(c, b, trans=int(not lower), lower=lower)
    return solve_triangular(c, first, trans=int(lower), lower=lower)


NUMPY = {"solve": solve, "inv": inv, "det": det, "slogdet": slogdet, "cholesky": cholesky}
SCIPY = {
    "solve": solve,
    "solve_triangular": solve_triangular,
    "cholesky": scipy_cholesky,
    "cho_factor": cho_factor,
    "cho_solve": cho_solve,
    "inv": inv,
    "det": det,
}
