"""`minimize`: SciPy's minimisers on nested parameters, with compiled derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from bpcompiler.differentials import transformed, value_goal
from bpcompiler.errors import ArgumentError
from bpcompiler.goal import Goal
from bpcompiler.minimizing.bounds import limits
from bpcompiler.minimizing.vectors import Vector, Vectors
from bpcompiler.transformed import Bound, Transformed

WITHOUT_GRADIENT = ("nelder-mead", "powell", "cobyla", "cobyqa")
WITH_HESSIAN = ("dogleg", "trust-exact")
WITH_PRODUCTS = ("newton-cg", "trust-constr", "trust-krylov", "trust-ncg")


def minimize(
    function: Callable[..., Any],
    params: Any,
    *args: Any,
    method: str = "L-BFGS-B",
    bounds: Any = None,
    tolerance: float | None = None,
    callback: Callable[[Any], Any] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Any:
    """Return what `scipy.optimize.minimize` returns for `function(params, *args)`, with the best `.params`.

    `params` may be nested; its floats and float arrays are changed, from where they are, all else stays.
    `method` is any of SciPy's; what it wants of gradients, Hessians and their products is compiled. `bounds`
    are nested as the parameters, with `(low, high)` for a number or array, and None for no limit:
    `bounds={"scale": (0.0, None)}`. `callback(params)` is called after each iteration, and may raise
    StopIteration. `tolerance` and `options` (such as `{"maxiter": 100}`) are SciPy's `tol` and `options`.

    The function may have been transformed before: `bp.jit(f, parallel=True)`.
    """
    from scipy import optimize  # noqa: PLC0415 - slow to import

    vectors = Vectors.of(params)
    objective = _Objective(function, vectors, args)
    found = optimize.minimize(
        objective.value if method.lower() in WITHOUT_GRADIENT else objective.value_and_gradient,
        vectors.vector(params),
        method=method,
        bounds=None if bounds is None else optimize.Bounds(*limits(vectors, bounds)),
        tol=tolerance,
        callback=None if callback is None else lambda x, *_: callback(vectors.params(x)),
        options=None if options is None else dict(options),
        **objective.derivatives(method.lower()),
    )
    found.params = vectors.params(found.x)
    return found


class _Objective:
    """The function and its derivatives, of one vector."""

    def __init__(self, function: Callable[..., Any], vectors: Vectors, args: tuple[Any, ...]) -> None:
        self._function, self._goal = _plain(function)
        self._vectors, self._args = vectors, args
        self._gradient = self._compiled("value_and_grad")
        self._product = self._compiled("hvp")

    def _compiled(self, kind: str) -> Transformed[..., Any]:
        return transformed(self._function, replace(self._goal, kind=kind))

    def value(self, x: Vector) -> float:
        """Return the value."""
        compiled = transformed(self._function, value_goal(self._goal.precise, self._goal.parallel))
        return float(compiled(self._vectors.params(x), *self._args))

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """Return the value and the gradient."""
        value, gradient = self._gradient(self._vectors.params(x), *self._args)
        return float(value), self._vectors.vector(gradient)

    def product(self, x: Vector, direction: Vector) -> Vector:
        """Return the Hessian times a direction."""
        parts = tuple(self._vectors.parts(direction))
        return self._vectors.vector(self._product(self._vectors.params(x), *self._args, parts))

    def hessian(self, x: Vector) -> Any:
        """Return the Hessian, symmetric to the last bit."""
        columns = np.array([self.product(x, unit) for unit in np.eye(self._vectors.size)])
        return (columns + columns.T) / 2

    def derivatives(self, method: str) -> dict[str, Any]:
        """Return what a method is told of derivatives."""
        if method in WITHOUT_GRADIENT:
            return {}
        if method in WITH_HESSIAN:
            return {"jac": True, "hess": self.hessian}
        return {"jac": True, "hessp": self.product} if method in WITH_PRODUCTS else {"jac": True}


def _plain(function: Any) -> tuple[Any, Goal]:
    """Return a function, and how it is to be differentiated in its first argument."""
    if isinstance(function, Bound):
        return function.value, Goal("value_and_grad")
    if not isinstance(function, Transformed):
        return function, Goal("value_and_grad")
    goal = function.goal
    if goal.argnums not in (0, ...) or goal.has_aux or goal.takes_more:
        raise ArgumentError(
            f"{function!r} is not what is minimised: a function of the parameters that returns one number",
            remedy="pass the function itself",
        )
    return function.__wrapped__, Goal("value_and_grad", precise=goal.precise, parallel=goal.parallel)
