"""The interpreter itself: what it holds, and the few operations that everything else is written in."""

from __future__ import annotations

import ast
import contextlib
import enum
import functools
import sys
from collections.abc import Callable, Iterator
from types import FunctionType, MethodType
from typing import Any

from bpcompiler.errors import Error, LimitError, Origin, UnsupportedError
from bpcompiler.frontend import containers, limits
from bpcompiler.frontend.interpreter import calls, expressions, protocols, statements
from bpcompiler.frontend.interpreter.frames import Done, Ending, Environment, Frame, Perhaps
from bpcompiler.frontend.interpreter.hooks import Hooks
from bpcompiler.frontend.interpreter.origins import innermost, note_for, statement_origin
from bpcompiler.frontend.outside import Outside
from bpcompiler.frontend.paths import Path
from bpcompiler.frontend.regions import blocks, branches, faults, logic, ranges
from bpcompiler.frontend.state import State

FRAMES_PER_CALL = 60


class Interpreter:
    """Runs functions by their syntax trees. One interpreter is one trace.

    `state` knows what the trace owns, `outside` what it read. `frames` are the calls in progress.
    """

    def __init__(self, hooks: Hooks, within: limits.Limits | None = None) -> None:
        self.hooks = hooks
        self.limits = within or limits.current()
        self.state = State()
        self.outside = Outside(hooks.adopt, hooks.is_traced)
        self.frames: list[Frame] = []
        self.handling: list[BaseException] = []
        self.loops: list[Origin | None] = []
        self.open_branches: list[tuple[ast.AST, Frame]] = []
        self.messages = 0  # > 0 while what an exception holds is evaluated that the program may raise
        self.makings: dict[int, faults.Making] = {}  # how exceptions were made, by their ids
        self.failure: tuple[BaseException, Origin | None] | None = None  # what was raised last, and where
        self.held: list[Any] = self.state.own([])  # what loops in progress iterate over
        self.guards = 0  # statements around that may catch an exception
        self._statements = 0
        self._in_loops = 0

    def call(self, function: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Any:
        """Return what the function returns, interpreted; for the first call it is the root of all paths.

        An object of the user's own class among its arguments that the trace does not own is read as from
        outside, on a path that begins with ("argument", its index or keyword).
        """
        if self.frames:
            return calls.call(self, function, args, kwargs or {})
        self._know_root(function, args, kwargs or {})
        with _deep_recursion(self.limits.depth):
            return calls.call(self, function, args, kwargs or {})

    def _know_root(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Take the root and the objects among its arguments for what paths begin with."""
        self.outside.know(function, ())
        if isinstance(function, MethodType):
            self.outside.know(function.__func__, (("attr", "__func__"),))
            self.outside.know(function.__self__, (("attr", "__self__"),))
        for key, value in (*enumerate(args), *kwargs.items()):
            self._know_argument(value, (("argument", key),))

    def _know_argument(self, value: Any, path: Path) -> None:
        """Take functions and objects in an argument, in its containers too, for what paths begin with."""
        if self.is_traced(value) or isinstance(value, type | enum.Enum):
            return
        for step, item in containers.steps_to_items(value):
            self._know_argument(item, (*path, step))
        is_code = isinstance(value, FunctionType | MethodType | functools.partial)
        if (is_code or protocols.is_user_class(type(value))) and not self.state.owns(value):
            self.outside.know(value, path)
            if isinstance(value, MethodType):
                self.outside.know(value.__func__, (*path, ("attr", "__func__")))
                self.outside.know(value.__self__, (*path, ("attr", "__self__")))

    # -------------------------------------------------------------- running trees

    def evaluate(self, env: Environment, node: ast.expr) -> Any:
        """Return the value of an expression."""
        rule: Rule = expressions.RULES.get(type(node), _refuse)
        return rule(self, env, node)

    def execute(self, env: Environment, node: ast.stmt) -> Ending:
        """Run a statement. None means that it ran on to its end."""
        rule: Rule = statements.RULES.get(type(node), _refuse)
        self.begin(env, node)
        try:
            completion: Ending = rule(self, env, node)
        except Exception as error:
            self.locate(error)
            raise
        return completion

    def run(self, env: Environment, body: list[ast.stmt]) -> Ending:
        """Run statements one after the other, until one ends otherwise than by running on.

        After one that may have left, or has in one of its branches, the rest runs inside of a branch.
        """
        rest = self.frames[-1].rest
        for index, node in enumerate(body):
            rest.append((env, body[index + 1 :]))
            try:
                ending = self.execute(env, node)
                if isinstance(ending, Perhaps):
                    ending = branches.perhaps(self, ending, node)
            finally:
                rest.pop()
            if ending is not None:
                return ending
        return None

    def run_apart(self, env: Environment, body: list[ast.stmt]) -> Ending:
        """Run statements after which more happens than what follows in the list around them."""
        frame = self.frames[-1]
        rest, frame.rest = frame.rest, []
        try:
            ending = self.run(env, body)
        finally:
            frame.rest = rest
        return ending.ending if isinstance(ending, Done) else ending

    def begin(self, env: Environment, node: ast.stmt) -> None:
        """Count a statement, and let it be the place where things happen from now on."""
        self._statements += 1
        if self.loops:
            self.turn(1)
        frame = self.frames[-1]
        frame.origin = statement_origin(env.unit, node, frame.function, self._statements)
        frame.unit, frame.place = env.unit, node
        self.hooks.statement(frame.origin)

    def turn(self, count: int) -> None:
        """Count work done inside loops. Raises LimitError, naming the loop, past the limit."""
        self._in_loops += count
        if self._in_loops > self.limits.loop_statements:
            raise LimitError(
                f"an unrolled loop ran past {self.limits.loop_statements} statements",
                remedy="loop over fewer elements, or use array operations in place of the loop",
                origin=self.loops[-1] if self.loops else self.origin(),
            )

    def returned(self, ending: Ending, node: ast.AST) -> Any:
        """Return what a function returns whose body ends so."""
        return branches.returned(self, ending, node)

    def message(self, env: Environment, node: ast.expr) -> Any:
        """Return an exception or its message: where the program raises it, texts may hold traced values."""
        with self.texts():
            return self.evaluate(env, node)

    @contextlib.contextmanager
    def texts(self) -> Iterator[None]:
        """Let texts hold traced values: what the program raises holds them, and no `try` sees it before."""
        allowed = self.hooks.stages and (bool(self.open_branches) or not self.guards)
        self.messages += allowed
        try:
            yield
        finally:
            self.messages -= allowed

    def place_of(self, error: BaseException) -> Origin | None:
        """Return where in the user's code an exception was raised, if it was raised last."""
        return self.failure[1] if self.failure is not None and self.failure[0] is error else None

    # -------------------------------------------------------------- places and errors

    def at(self, env: Environment, node: ast.AST) -> None:
        """Let the place be that of an operation whose operands have been evaluated."""
        frame = self.frames[-1]
        frame.unit, frame.place = env.unit, node

    def origin(self) -> Origin | None:
        """Return the innermost place in the user's code, or None while nothing runs."""
        return innermost(self.frames) if self.frames else None

    def locate(self, error: Exception) -> None:
        """Tell the error the user's place, if it knows none."""
        origin = self.origin()
        if self.place_of(error) is None:
            self.failure = error, origin
        if isinstance(error, Error):
            error.with_origin(origin)
        elif origin is not None and not any('  File "' in note for note in getattr(error, "__notes__", ())):
            error.add_note(note_for(origin))

    def unsupported(self, env: Environment, node: ast.AST) -> UnsupportedError:
        """Return the error for a construct that is not interpreted."""
        self.at(env, node)
        name, remedy = UNSUPPORTED.get(type(node), (type(node).__name__, ""))
        return UnsupportedError(
            f"{name} cannot be traced",
            remedy=remedy or "write it with plain statements",
            origin=self.origin(),
        )

    # -------------------------------------------------------------- what Python needs of values

    def is_traced(self, value: object) -> bool:
        """Return whether the value is a traced one."""
        return self.hooks.is_traced(value)

    def opposite(self, value: Any) -> Any:
        """Return `not value`."""
        if self.undecided(value):
            return branches.opposite(self, value)
        return not self.truth(value)

    def choose(self, test: Any, then: Callable[[], Any], otherwise: Callable[[], Any], node: ast.AST) -> Any:
        """Return what the side returns that a traced condition selects; the other side does not run."""
        return branches.choose(self, test, then, otherwise, node)

    def combine(self, word: logic.Word, value: Any, rest: Callable[[], Any], node: ast.AST) -> Any:
        """Return `value and rest()`, or with `or`, of a traced value that does not decide now."""
        return logic.combine(self, word, value, rest, node)

    def require(self, bound: Any, error: Exception) -> None:
        """Let the program raise the error here unless a traced bool is true."""
        trace = blocks.trace_of(self)
        faults.raised(trace, error, trace.operand(bound))

    def undecided(self, value: Any) -> bool:
        """Return whether a condition becomes a branch of the program."""
        return self.hooks.is_traced(value) and self.hooks.undecided(value)

    def truth(self, value: Any) -> bool:
        """Return the truth of a value as `if` takes it."""
        if self.hooks.is_traced(value):
            return self.hooks.truth(value)
        return protocols.truth(self, value)

    def iterate(self, value: Any) -> Iterator[Any]:
        """Return an iterator over the value as `for` takes it."""
        return protocols.iterate(self, value)

    @contextlib.contextmanager
    def holding(self, value: Any) -> Iterator[None]:
        """Let the value count as referred to: a loop iterates over it, whatever its name comes to mean."""
        before = list(self.held)
        self.held.append(value)
        try:
            yield
        finally:
            self.held[:] = before

    def turns(self, value: Any) -> ranges.Turns | None:
        """Return the turns of a loop over the value, if it may be a loop of the program."""
        return ranges.turns_of(value, self.limits.unroll) if self.hooks.stages else None

    def number(self, value: Any, why: str) -> Any:
        """Return the value, or the int that Python needs of a traced one."""
        return self.hooks.static(value, why) if self.hooks.is_traced(value) else value

    def contains_traced(self, value: object, depth: int = 6) -> Any:
        """Return a traced value found in the value or in the containers nested in it, or None."""
        if self.hooks.is_traced(value):
            return value
        if depth == 0 or not isinstance(value, list | tuple | dict | set | frozenset | slice):
            return None
        items = [value.start, value.stop, value.step] if isinstance(value, slice) else list(value)
        items += value.values() if isinstance(value, dict) else []
        found = (self.contains_traced(item, depth - 1) for item in items)
        return next((item for item in found if item is not None), None)


def _refuse(m: Interpreter, env: Environment, node: ast.AST) -> Any:
    raise m.unsupported(env, node)


UNSUPPORTED: dict[type[ast.AST], tuple[str, str]] = {
    ast.Yield: ("a generator", "build a list and return it"),
    ast.YieldFrom: ("a generator", "build a list and return it"),
    ast.Await: ("`await`", "call it outside and pass what it returns"),
    ast.AsyncFunctionDef: ("an async function", "write a plain function"),
    ast.AsyncFor: ("`async for`", "use a plain loop"),
    ast.AsyncWith: ("`async with`", "use a plain `with`"),
}


@contextlib.contextmanager
def _deep_recursion(depth: int) -> Iterator[None]:
    """Let Python's own stack grow as the interpreted one does: each call takes several frames."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, before + depth * FRAMES_PER_CALL))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


Rule = Callable[[Interpreter, Environment, Any], Any]
