"""What `grad` and its like return: a callable that keeps one specialisation for each kind of call."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from bpcompiler.errors import ArgumentError, CompilerError, NopythonError, shortened
from bpcompiler.goal import Goal
from bpcompiler.one_at_a_time import Lock
from bpcompiler.pickling import portable, restored
from bpcompiler.positions import given, in_positions, parameters_of
from bpcompiler.runtime.collecting import rare_collections
from bpcompiler.runtime.dispatch import MISS

if TYPE_CHECKING:
    from bpcompiler.frontend.trace import Trace
    from bpcompiler.specialization import Source, Specialization

P = ParamSpec("P")
R = TypeVar("R")

_TRACING = Lock()  # one function at a time is traced, in whatever thread
_ORDER = Lock()  # held for a moment
MANY = 8  # specialisations, from which on a warning says why there are so many


class NotInNopython:
    """What stands in no code that Numba compiles: it says what does."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name != "_numba_type_":  # which Numba asks of an object that it does not know
            return object.__getattribute__(self, name)  # there is none: Python's own error
        raise NopythonError(
            f"{self!r} cannot be called in nopython code as it is",
            remedy="make a flat function of it outside, `flat = f.njit(*example_args)`, "
            "and call that with the leaves of the arguments",
        )


class Transformed(NotInNopython, Generic[P, R]):
    """A function and what is wanted of it.

    Calling it traces, differentiates and compiles once for each kind of call; later calls of that kind go
    straight to machine code.
    """

    __wrapped__: Callable[P, Any]
    reads_as_interpreted = True  # what is in its arguments, inside a trace

    def __init__(self, function: Callable[P, Any], goal: Goal) -> None:
        self._function = function
        self._goal = goal
        self._specializations: tuple[Specialization, ...] = ()
        functools.update_wrapper(self, function, updated=())  # not __dict__: it may be a transform

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what is wanted, for these arguments of the function."""
        return self._call_any(args, kwargs)  # type: ignore[no-any-return]

    def _call_given(self, values: tuple[Any, ...], rest: tuple[Any, ...]) -> Any:
        """Answer a call that is not of the latest kind, bound to the function's parameters."""
        return self._call_any(*given(self._parameters, values, rest))

    def _call_any(self, args: tuple[Any, ...], kwargs: Any) -> Any:
        """Answer a call that is not of the latest kind: by another specialisation, or a new one."""
        if kwargs:
            args, kwargs = self._in_positions(args, kwargs)
        for specialization in self._specializations:
            result = specialization.entry(args, kwargs)
            if result is not MISS:
                self._put_in_front(specialization)
                return result
        result = self.specialize(*args, **kwargs).entry(args, kwargs)
        if result is MISS:
            raise CompilerError(
                f"the specialisation made for a call of {self!r} does not take that call",
                remedy="This is a fault of bpcompiler; please report it with the function.",
            )
        self._put_in_front(self._specializations[0])
        return result

    def _put_in_front(self, specialization: Specialization) -> None:
        """Let calls of this kind go straight to its machine code: `__call__` of this object's own class."""
        with _ORDER.held():
            rest = tuple(s for s in self._specializations if s is not specialization)
            self._specializations = (specialization, *rest)
        if "_is_own" not in type(self).__dict__:
            self.__class__ = type(
                type(self).__name__, (type(self),), {"_is_own": True, "__doc__": self.__doc__}
            )
        type(self).__call__ = specialization.method  # type: ignore[method-assign]

    @property
    def goal(self) -> Goal:
        """What is wanted of the function."""
        return self._goal

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """On a method: `self` is not counted among the arguments."""
        return self if instance is None else Bound(self._as_method, instance)

    @functools.cached_property
    def _as_method(self) -> Transformed[Any, Any]:
        return Transformed(self._function, dataclasses.replace(self._goal, is_method=True))

    def __repr__(self) -> str:
        return f"<{self._goal.kind} of {getattr(self._function, '__qualname__', self._function)}>"

    def specialize(self, *args: P.args, **kwargs: P.kwargs) -> Specialization:
        """Return what is compiled for a call with these arguments: programs, sources, machine code."""
        if kwargs:
            args, kwargs = self._in_positions(args, kwargs)  # type: ignore[assignment]
        known = self._known(args, kwargs)
        if known is not None:
            return known
        try:
            with _TRACING.held(), rare_collections():
                known = self._known(args, kwargs)  # perhaps another thread has made it meanwhile
                return self._made(args, kwargs) if known is None else known
        except Exception as error:  # noqa: BLE001 - the user's own exceptions too
            raise shortened(error)  # noqa: B904 - the same one, its traceback without our frames

    def _known(self, args: tuple[Any, ...], kwargs: Any) -> Specialization | None:
        return next((each for each in self._specializations if each.fits(args, kwargs)), None)

    def _made(self, args: tuple[Any, ...], kwargs: Any) -> Specialization:
        from bpcompiler.specialization import Specialization  # noqa: PLC0415 - the compiler: on first use

        made = Specialization(self._function, self._goal, args, kwargs)
        with _ORDER.held():
            self._specializations = (made, *self._specializations)
        if len(self._specializations) == MANY + 1:
            self._warn_of_many(made)
        return made

    def njit(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Return a flat function for your own Numba code, made for arguments like these.

        It takes the numbers and arrays among the arguments one by one, in order, and returns those of the
        result, in tuples where there were containers; its docstring names them. All else stays as it is now:
        bools, strings, None and functions among the arguments, and what the function reads from outside.
        Sizes may change as far as the function does not depend on them. An exception, of sizes that do not
        fit or your own, is raised in the nopython code, with a constant message.
        """
        if kwargs:
            args, kwargs = self._in_positions(args, kwargs)  # type: ignore[assignment]
        return self.specialize(*args, **kwargs).flat(args, kwargs)

    def _in_positions(self, args: tuple[Any, ...], kwargs: Any) -> tuple[tuple[Any, ...], Any]:
        return in_positions(self._parameters, args, kwargs)

    @functools.cached_property
    def _parameters(self) -> tuple[str, ...]:
        """The function's parameters, where keywords that name them count as positions."""
        return () if self._goal.takes_more else parameters_of(self._function)

    def call_in_trace(self, trace: Trace, *args: Any, **kwargs: Any) -> Any:
        """Inside a traced function: write the equations of the derivative into the trace."""
        from bpcompiler import nesting  # noqa: PLC0415 - the compiler: on first use

        args, kwargs = self._in_positions(args, kwargs)
        return nesting.call_in_trace(self._goal, self, trace, args, kwargs)

    def __reduce__(self) -> Any:
        return rebuild, (portable(self._function), self._goal)

    def _warn_of_many(self, latest: Specialization) -> None:
        name = getattr(self._function, "__qualname__", "the function")
        warnings.warn(
            f"{name} has been compiled for {MANY + 1} kinds of calls; the last one is for: {latest.reason}",
            stacklevel=5,
        )

    @property
    def source(self) -> Source:
        """The staged source of the last specialisation called."""
        if not self._specializations:
            raise ArgumentError(
                "there is no source yet: the function has not been called",
                remedy="call it once, or use .specialize(*args).source",
            )
        return self._specializations[0].source

    @property
    def tapes(self) -> str:
        """What the last specialisation called keeps of the forward pass for its reverse, and how much."""
        if not self._specializations:
            raise ArgumentError(
                "nothing is known yet: the function has not been called",
                remedy="call it once, or use .specialize(*args).tapes",
            )
        return self._specializations[0].tapes

    @property
    def __signature__(self) -> inspect.Signature:
        return inspect.signature(self._function)

    @functools.cached_property
    def value(self) -> Transformed[P, Any]:
        """The function itself, compiled."""
        given = self._goal
        goal = Goal("value", precise=given.precise, parallel=given.parallel, is_method=given.is_method)
        return Transformed(self._function, goal)

    @functools.cached_property
    def value_and_grad(self) -> Transformed[P, tuple[Any, Any]]:
        """The function's value and its gradient, in one compiled call."""
        return Transformed(self._function, dataclasses.replace(self._goal, kind="value_and_grad"))


class Bound(NotInNopython):
    """A transformed method of an object: `self` is filled in, and not counted among the arguments."""

    __slots__ = ("_instance", "_transformed")  # one is made for each call
    reads_as_interpreted = True

    def __init__(self, transformed: Transformed[Any, Any], instance: object) -> None:
        self._transformed, self._instance = transformed, instance

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        return self._transformed.__wrapped__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what is wanted, for these arguments of the method."""
        return self._transformed(self._instance, *args, **kwargs)

    def call_in_trace(self, trace: Trace, *args: Any, **kwargs: Any) -> Any:
        """Inside a traced function: write the equations of the derivative into the trace."""
        return self._transformed.call_in_trace(trace, self._instance, *args, **kwargs)

    def specialize(self, *args: Any, **kwargs: Any) -> Specialization:
        """Return what is compiled for a call with these arguments."""
        return self._transformed.specialize(self._instance, *args, **kwargs)

    def njit(self, *args: Any, **kwargs: Any) -> Any:
        """Return a flat function for your own Numba code; the object stays as it is now."""
        return self._transformed.njit(self._instance, *args, **kwargs)

    @property
    def source(self) -> Source:
        """The staged source of the last specialisation called."""
        return self._transformed.source

    @property
    def value(self) -> Bound:
        """The method itself, compiled."""
        return Bound(self._transformed.value, self._instance)

    @property
    def value_and_grad(self) -> Bound:
        """The method's value and its gradient, in one compiled call."""
        return Bound(self._transformed.value_and_grad, self._instance)


def rebuild(packed: Any, goal: Goal) -> Any:
    """Return the transformed function that was pickled: the module's own object, where it still is that."""
    function = restored(packed)
    if isinstance(function, Transformed):
        return function if function.goal == goal else Transformed(function.__wrapped__, goal)
    return Transformed(function, goal)
