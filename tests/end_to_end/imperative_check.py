"""One imperative program in all of its forms, against CPython's value and the dual numbers' gradient."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bpcompiler import errors
from bpcompiler.goal import Goal
from tests.end_to_end.running import Run
from tests.generators.imperative import outcome
from tests.generators.source import Generated
from tests.oracles import dual, layout, trees
from tests.oracles.closeness import listening
from tests.oracles.conditioning import conditioned_gradient

# What may be refused: the reason, and what the message says. All else is a failure.
REFUSED: dict[str, tuple[type[errors.Error], str]] = {}
STEEPEST = 1e4


class Wrong(AssertionError):
    """A form of the program does not come to what CPython and the duals do."""


@dataclass
class Tally:
    """What came of the programs. Refusals are counted by reason."""

    came: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return ", ".join(f"{count} {what}" for what, count in self.came.most_common())


INTERPRETED = ("evaluated", "staged")
EVERY = (*INTERPRETED, "lowered", "compiled")


def verdict(program: Generated, forms: Sequence[str] = INTERPRETED, *, second: bool = False) -> str:
    """Return "right", or why the program shows nothing; raise Wrong."""
    value = outcome(program)
    if isinstance(value, Exception):
        return _raises_alike(program, value, forms)
    with listening() as decisions:
        gradient = dual.gradient(program.function, program.args, argnums=program.argnums)
    flat = trees.flatten(gradient)
    if decisions.near:
        return "by a hair"
    if not np.all(np.abs(flat) < STEEPEST):
        return "steep"
    run = Run(program.function, Goal("value_and_grad", program.argnums), _own(program.args), {})
    if refusal := _refused(run):
        return refusal
    for name in forms:
        result = _called(name, run, program)
        if not _is_close(result, value, flat) and not _is_delicate(program, value):
            raise Wrong(f"{name}: {_shown(result)}\ninstead of {float(value)!r}, {flat}\n{_source(run)}")
    return _second(program, flat) if second else "right"


def _own(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(map(layout.copy, args))


def _refused(run: Run) -> str:
    """Return the reason if the program is refused for one of the listed reasons."""
    try:
        _ = run.derivation
    except errors.Error as error:
        for reason, (cls, pattern) in REFUSED.items():
            if type(error) is cls and re.search(pattern, error.message):
                return f"refused: {reason}"
        raise Wrong(f"refused: {type(error).__name__}: {error}") from error
    except Exception as error:
        raise Wrong(f"tracing: {type(error).__name__}: {error}") from error
    return ""


def _form(run: Run, name: str) -> Any:
    """Return the result of one form, in the user's structure."""
    result = getattr(run, name)()
    return run.in_tree(result) if name in ("evaluated", "lowered") else result


def _called(name: str, run: Run, program: Generated) -> Any:
    """Return the form's result, having seen that the arguments are what they were."""
    try:
        result = _form(run, name)
    except Exception as error:
        raise Wrong(f"{name}: {type(error).__name__}: {error}\n{_source(run)}") from error
    for now, before in zip(run.args, program.args, strict=True):
        if not np.array_equal(now, before):
            raise Wrong(f"{name}: an argument has changed\n{_source(run)}")
    return result


def _is_close(result: Any, value: Any, flat: Any) -> bool:
    found = trees.flatten(result[1])
    scale = np.max(np.abs(flat), initial=1.0)
    is_value = abs(float(result[0]) - value) <= 1e-9 * max(1.0, abs(value))
    return is_value and found.shape == flat.shape and bool(np.all(np.abs(found - flat) <= 1e-8 * scale))


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


def _raises_alike(program: Generated, expected: Exception, forms: Sequence[str]) -> str:
    run = Run(program.function, Goal("value_and_grad", program.argnums), _own(program.args), {})
    try:
        refusal = _refused(run)
    except Wrong as wrong:
        # What CPython raises whatever the numbers are may be raised while tracing.
        if type(wrong.__cause__) is type(expected):
            return "raises while tracing"
        raise
    if refusal:
        return refusal
    for name in forms:
        try:
            result = _form(run, name)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is compared
            if not _same_exception(error, expected):
                raise Wrong(f"{name}: {error!r} instead of {expected!r}\n{_source(run)}") from error
        else:
            raise Wrong(f"{name}: {_shown(result)} instead of {expected!r}\n{_source(run)}")
    return "raises"


def _same_exception(error: Exception, expected: Exception) -> bool:
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
        if _refused(run):
            return f"right, no {kind}"
        for name in ("evaluated", "staged"):
            result = _called(name, run, program_with(program, directions))
            found = trees.flatten(result[1] if kind == "jvp" else result)
            wanted = flat @ along if kind == "jvp" else _curvature(program) @ along
            scale = np.max(np.abs(wanted), initial=max(1.0, np.max(np.abs(flat), initial=0.0)))
            if not np.all(np.abs(found - wanted) <= 1e-7 * scale) and not _is_delicate(
                program, outcome(program)
            ):
                raise Wrong(f"{kind} {name}: {found}\ninstead of {wanted}\n{_source(run)}")
    return "right"


def program_with(program: Generated, directions: Any) -> Generated:
    return Generated(program.source, (*program.args, directions), program.argnums)


def _curvature(program: Generated) -> Any:
    return dual.hessian(program.function, program.args, argnums=program.argnums)


def _wave(leaf: Any) -> Any:
    wave = np.cos(1.0 + np.arange(np.size(leaf), dtype=np.float64)).reshape(np.shape(leaf))
    return wave if isinstance(leaf, np.ndarray) else float(wave)
