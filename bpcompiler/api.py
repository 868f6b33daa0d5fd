"""What users call. Everything here wraps a function; the work is done below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, overload

from bpcompiler.checking import check_grad
from bpcompiler.differentials import hvp, jvp, vjp
from bpcompiler.errors import ArgumentError
from bpcompiler.frontend.limits import set_limits
from bpcompiler.frontend.markers import checkpoint, stop_gradient
from bpcompiler.goal import Goal
from bpcompiler.matrices import hessian, jacobian
from bpcompiler.minimizing.minimize import minimize
from bpcompiler.runtime.store import clear_cache
from bpcompiler.transformed import Transformed

P = ParamSpec("P")
R = TypeVar("R")
Checkpoint = int | str | None

__all__ = [
    "check_grad",
    "checkpoint",
    "clear_cache",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jit",
    "jvp",
    "minimize",
    "set_limits",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]


@overload
def grad(
    function: Callable[P, Any],
    /,
    argnums: Any = 0,
    has_aux: bool = False,
    *,
    checkpoint: Checkpoint = None,
    precise: bool = False,
    parallel: bool = False,
) -> Transformed[P, Any]: ...
@overload
def grad(
    function: None = None,
    /,
    argnums: Any = 0,
    has_aux: bool = False,
    *,
    checkpoint: Checkpoint = None,
    precise: bool = False,
    parallel: bool = False,
) -> Callable[[Callable[P, Any]], Transformed[P, Any]]: ...
def grad(
    function: Any = None,
    /,
    argnums: Any = 0,
    has_aux: bool = False,
    *,
    checkpoint: Checkpoint = None,
    precise: bool = False,
    parallel: bool = False,
) -> Any:
    """Return a function that returns the gradient of `function`, which must return one real number.

    `argnums` names the arguments: a position from 0, a parameter's name, a tuple of them (then a tuple comes
    back), or `...` for every argument that has a derivative. A gradient has the structure, shapes and dtypes
    of its argument, and is zero where that does not matter. With `has_aux` the function returns
    `(value, auxiliary)`, and `(gradient, auxiliary)` comes back.

    `checkpoint="sqrt"` runs the outermost loops in segments, of which the reverse runs one at a time again:
    the memory of n turns is that of about the square root of n, for one more run of the loop. A number of
    bytes instead makes the segments as long as half of that memory allows. `.tapes` says what is kept.

    `precise=True` has machine code call libm's functions, and add up sums in order. Else loops call vector
    functions, at most 4 units in the last place off, and `np.sum` and derivatives add up in any order.

    `parallel=True` runs long loops on several threads where their turns are independent but for sums; the
    result does not depend on how many threads there are: as many as processors, or what the environment
    variable `BPCOMPILER_NUM_THREADS` says.

    Raises subclasses of `bpcompiler.Error` that name the place in the function and the remedy.
    """
    return _wrap(function, Goal("grad", argnums, has_aux, _checkpoint(checkpoint), precise, parallel))


@overload
def value_and_grad(
    function: Callable[P, R],
    /,
    argnums: Any = 0,
    has_aux: bool = False,
    *,
    checkpoint: Checkpoint = None,
    precise: bool = False,
    parallel: bool = False,
) -> Transformed[P, tuple[R, Any]]: ...
@overload
def value_and_grad(
    function: None = None,
    /,
    argnums: Any = 0,
    has_aux: bool = False,
    *,
    checkpoint: Checkpoint = None,
    precise: bool = False,
    parallel: bool = False,
) -> Callable[[Callable[P, R]], Transformed[P, tuple[R, Any]]]: ...
def value_and_grad(
    function: Any = None,
    /,
    argnums: Any = 0,
    has_aux: bool = False,
    *,
    checkpoint: Checkpoint = None,
    precise: bool = False,
    parallel: bool = False,
) -> Any:
    """Return a function that returns `(value, gradient)`, computed together; see `grad`.

    With `has_aux`, `((value, auxiliary), gradient)` comes back.
    """
    return _wrap(
        function, Goal("value_and_grad", argnums, has_aux, _checkpoint(checkpoint), precise, parallel)
    )


@overload
def jit(
    function: Callable[P, R], /, *, precise: bool = False, parallel: bool = False
) -> Transformed[P, R]: ...
@overload
def jit(
    function: None = None, /, *, precise: bool = False, parallel: bool = False
) -> Callable[[Callable[P, R]], Transformed[P, R]]: ...
def jit(function: Any = None, /, *, precise: bool = False, parallel: bool = False) -> Any:
    """Return the function itself, compiled. `precise` and `parallel`: see `grad`."""
    return _wrap(function, Goal("value", precise=precise, parallel=parallel))


def _checkpoint(given: Checkpoint) -> Checkpoint:
    if given is None or given == "sqrt" or (type(given) is int and given > 0):
        return given
    raise ArgumentError(
        f"checkpoint={given!r} says nothing",
        remedy='give "sqrt", or the memory in bytes: checkpoint=20_000_000',
    )


def _wrap(function: Any, goal: Goal) -> Any:
    if function is None:
        return lambda function: Transformed(function, goal)
    return Transformed(function, goal)


for _maker in (grad, value_and_grad, jit):  # a trace may call these: see `Trace.handler`
    vars(_maker)["makes_transforms"] = True
