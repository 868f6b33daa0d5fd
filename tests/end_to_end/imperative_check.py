"""One imperative program in all of its forms, against CPython's value and the dual numbers' gradient."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from bpcompiler import errors
from bpcompiler.goal import Goal
from tests.end_to_end import elsewhere
from tests.end_to_end.running import Run
from tests.generators.imperative import is_accepted, is_moderate, is_own, outcome
from tests.generators.source import Generated
from tests.oracles import dual, layout, trees
from tests.oracles.closeness import listening
from tests.oracles.conditioning import conditioned_gradient

# What may be refused: the reason, and what the message says. All else is a failure.
REFUSED: dict[str, tuple[type[errors.Error], str]] = {
    "which of several arrays a name is depends on the data": (
        errors.UnsupportedError,
        "is one of several arrays",
    ),
    "the same, and one of them is written to": (errors.StoreError, "is one of several arrays"),
    "the same, through a loop": (errors.NeedsValueError, "is one of several arrays"),
    "a view or a copy, as the layout is": (errors.UnsupportedError, "whether that made a view or a copy"),
    "a size that differs from turn to turn": (errors.NeedsValueError, "differs from turn to turn"),
    "an integer result": (errors.NotScalarError, "returns a number of type int64"),
    "int() of a traced float": (errors.NeedsValueError, r"int\(\) needs the number of a traced float"),
    "the truth of an array": (errors.NeedsValueError, "a condition needs the number of a traced bool"),
}
STEEPEST = 1e4
COMPARED = (ValueError, AssertionError, IndexError)
OF_FLOATS = "math domain error"  # compiled code has NaN there: docs/semantics.md


class Wrong(AssertionError):
    """A form of the program does not come to what CPython and the duals do."""


@dataclass
class Tally:
    """What came of the programs. Refusals are counted by reason."""

    came: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return ", ".join(f"{count} {what}" for what, count in self.came.most_common())


@dataclass(frozen=True)
class Expected:
    """What CPython comes to: a value, with the duals' gradient; or an exception of the program's own."""

    value: float = 0.0
    gradient: Any = None
    error: Exception | None = None


INTERPRETED = ("evaluated", "staged")
EVERY = (*INTERPRETED, "lowered", "compiled")


def verdict(program: Generated, forms: Sequence[str] = INTERPRETED, *, second: bool = False) -> str:
    """Return "right", or why the program shows nothing; raise Wrong.

    It is traced at its arguments, and run with others too, which go other ways through it: other numbers, and
    other integers and sizes where the program says that it is for them.
    """
    if not is_accepted(program):
        return "not accepted"
    expected = _expected(program)
    if isinstance(expected, str):
        return expected
    run = Run(program.function, Goal("value_and_grad", program.argnums), _own(program.args), {})
    if refusal := refused(run, expected.error):
        return refusal
    compare(run, program, expected, forms, "")
    for args in elsewhere.others(program.args):
        if _fits(run, args):
            other = replace(program, args=args)
            if not isinstance(there := _expected(other), str):
                compare(_moved(run, other), other, there, forms, "elsewhere ")
    if expected.error is not None:
        return "right, raises"
    return _second(program, expected.gradient) if second else "right"


def _fits(run: Run, args: tuple[Any, ...]) -> bool:
    """Whether the program as traced is for these arguments too."""
    try:
        return run.specialization.fits(args, {})
    except Exception as error:
        raise Wrong(f"the test of a call: {type(error).__name__}: {error}\nof {args}") from error


def _expected(program: Generated) -> Expected | str:
    """Return what is right; or why nothing is to be learnt of it."""
    value = outcome(program)
    if isinstance(value, Exception):
        compared = type(value) in COMPARED and str(value) != OF_FLOATS
        return Expected(error=value) if compared else "raises otherwise"
    if not is_moderate(value):
        return "large"
    with listening() as decisions:
        gradient = dual.gradient(program.function, program.args, argnums=program.argnums)
    flat = trees.flatten(gradient)
    if decisions.near:
        return "by a hair"
    return Expected(value, flat) if np.all(np.abs(flat) < STEEPEST) else "steep"


def _moved(run: Run, program: Generated) -> Run:
    """Return the run of the same program, as traced and compiled already, with other arguments."""
    other = replace(run, args=_own(program.args))
    made = {key: found for key, found in vars(run).items() if key in ("derivation", "specialization")}
    vars(other).update(made)
    return other


def compare(run: Run, program: Generated, expected: Expected, forms: Sequence[str], where: str) -> None:
    """Raise Wrong unless each form comes to what is expected."""
    for name in forms:
        if expected.error is not None:
            _raises_alike(where + name, run, name, expected.error)
            continue
        result = _called(where + name, run, name, program)
        if not _is_close(result, expected) and not _is_delicate(program, expected.value):
            wanted = f"value {float(expected.value)!r}, gradient {expected.gradient}"
            raise Wrong(
                f"{where}{name}: {_shown(result)}\ninstead of {wanted}\nat {program.args}\n{_source(run)}"
            )


def _own(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(map(layout.copy, args))


def refused(run: Run, expected: Exception | None = None) -> str:
    """Return the reason if the program is refused for one of the listed reasons.

    What CPython raises whatever the numbers are may be raised while tracing.
    """
    try:
        vars(run)["derivation"] = run.specialization._derivation  # one trace for all forms
    except errors.Error as error:
        for reason, (cls, pattern) in REFUSED.items():
            if type(error) is cls and re.search(pattern, error.message):
                return f"refused: {reason}"
        raise Wrong(f"refused: {type(error).__name__}: {error}") from error
    except Exception as error:
        if type(error) is type(expected):
            return "raises while tracing"
        raise Wrong(f"tracing: {type(error).__name__}: {error}") from error
    return ""


def _form(run: Run, name: str) -> Any:
    """Return the result of one form, in the user's structure."""
    result = getattr(run, name)()
    return run.in_tree(result) if name in ("evaluated", "lowered") else result


def _called(title: str, run: Run, name: str, program: Generated) -> Any:
    """Return the form's result, having seen that the arguments are what they were."""
    try:
        result = _form(run, name)
    except Exception as error:
        raise Wrong(f"{title}: {type(error).__name__}: {error}\nat {program.args}\n{_source(run)}") from error
    for now, before in zip(run.args, program.args, strict=False):  # a tangent comes after them
        if not np.array_equal(now, before):
            raise Wrong(f"{title}: an argument has changed\n{_source(run)}")
    return result


def _is_close(result: Any, expected: Expected) -> bool:
    found = trees.flatten(result[1])
    if found.shape != expected.gradient.shape:
        return False
    scale = np.max(np.abs(expected.gradient), initial=1.0)
    is_value = abs(float(result[0]) - expected.value) <= 1e-9 * max(1.0, abs(expected.value))
    return is_value and bool(np.all(np.abs(found - expected.gradient) <= 1e-8 * scale))


def _is_delicate(program: Generated, value: Any) -> bool:
    """Whether rounding alone can do this."""
    exact = conditioned_gradient(program.function, program.args, argnums=program.argnums)
    again = dual.value(program.function, program.args)
    return not exact.is_tight(1e-9) or abs(again - value) > 1e-12 * max(1.0, abs(value))


def _shown(result: Any) -> str:
    return f"value {float(result[0])!r}, gradient {trees.flatten(result[1])}"


def _source(run: Run) -> str:
    try:
        return run.derivation.source
    except Exception as error:  # noqa: BLE001 -- shown in place of the source
        return f"no source: {type(error).__name__}: {error}\n{run.program}"


# ------------------------------------------------------------------ exceptions of the user's own


def _raises_alike(title: str, run: Run, name: str, expected: Exception) -> None:
    try:
        result = _form(run, name)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is compared
        if not _same_exception(error, expected):
            raise Wrong(f"{title}: {error!r} instead of {expected!r}\n{_source(run)}") from error
    else:
        raise Wrong(f"{title}: {_shown(result)} instead of {expected!r}\n{_source(run)}")


def _same_exception(error: Exception, expected: Exception) -> bool:
    if not is_own(expected):  # NumPy's own words differ from version to version
        return isinstance(error, type(expected))
    if type(error) is not type(expected) or len(error.args) != len(expected.args):
        return False
    return all(_same_argument(a, b) for a, b in zip(error.args, expected.args, strict=True))


def _same_argument(found: Any, expected: Any) -> bool:
    """Texts alike but for the last digits of numbers."""
    if isinstance(expected, str):
        digits = r"-?\d+\.\d+(?:e[-+]?\d+)?|np\.float64\(|\)"
        return bool(re.sub(digits, "", str(found)) == re.sub(digits, "", expected))
    return bool(np.isclose(float(found), float(expected), rtol=1e-9, atol=1e-12))


# ------------------------------------------------------------------ other modes


def _second(program: Generated, flat: Any) -> str:
    """Forward mode, and the gradient's change along a tangent."""
    directions = tuple(trees.map_leaves(_wave, program.args[i]) for i in program.argnums)
    along = trees.flatten(directions)
    for kind in ("jvp", "hvp"):
        run = Run(program.function, Goal(kind, program.argnums), (*_own(program.args), directions), {})
        if refused(run):
            return f"right, no {kind}"
        for name in INTERPRETED:
            title = f"{kind} {name}"
            result = _called(title, run, name, program)
            found = trees.flatten(result[1] if kind == "jvp" else result)
            wanted = flat @ along if kind == "jvp" else _curvature(program) @ along
            if not np.all(np.isfinite(wanted)):
                return "right, no second derivative by the oracle"  # 0 times infinity, far out on a tanh
            scale = np.max(np.abs(wanted), initial=max(1.0, np.max(np.abs(flat), initial=0.0)))
            if not np.all(np.abs(found - wanted) <= 1e-7 * scale) and not _is_delicate(
                program, outcome(program)
            ):
                raise Wrong(f"{title}: {found}\ninstead of {wanted}\n{_source(run)}")
    return "right"


def _curvature(program: Generated) -> Any:
    return dual.hessian(program.function, program.args, argnums=program.argnums)


def _wave(leaf: Any) -> Any:
    wave = np.cos(1.0 + np.arange(np.size(leaf), dtype=np.float64)).reshape(np.shape(leaf))
    return wave if isinstance(leaf, np.ndarray) else float(wave)
