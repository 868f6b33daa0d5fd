"""Random imperative programs: loops, branches, exits, stores through views and aliases, helpers that mutate.

    program   ::= helper* def program(parameter+): statement+ return sum
    statement ::= assignment | store | alias | container | call | branch | loop | exit      (see the modules)

Sizes are 0 to 4. `programs()` is for Hypothesis; `rolled(seed)` is as good, quicker, and does not shrink. A
program is accepted if CPython runs it to the end and what it returns is moderate.
"""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from tests.generators.imperative_control import result
from tests.generators.imperative_draft import (
    FLOAT,
    Choices,
    Draft,
    Drawn,
    Helper,
    Kind,
    Rolled,
    array_of,
    integer_between,
)
from tests.generators.imperative_statements import body, statement
from tests.generators.scope import Draw
from tests.generators.source import Generated
from tests.oracles import layout, trees

HEADER = """import math

import numpy as np

SCALE = 0.75


class Box:
    def __init__(self, **items):
        for key, value in items.items():
            setattr(self, key, value)


"""
SIZES = [2, 2, 3, 3, 3, 4, 1, 0]
LARGEST = 100.0
NAMES = {"float": ["x", "y", "z"], "array": ["u", "v", "A", "B"], "int": ["n", "m"]}


def write_program(choices: Choices) -> Generated:
    """Return a program that has not been tried yet."""
    rows, columns = (SIZES[choices.integer(0, len(SIZES) - 1)] for _ in range(2))
    draft = Draft(choices, {}, left=choices.integer(4, 14))
    args = _parameters(draft, rows, columns)
    names = list(args)
    helpers = ""
    if draft.choices.integer(0, 2):
        helpers = "".join(_helper(draft) for _ in range(choices.integer(1, 2)))
    for _ in range(choices.integer(2, 6)):
        statement(draft)
    draft.write(f"return {_sum(draft)}")
    text = "\n".join([f"def program({', '.join(names)}):", *draft.lines])
    differentiable = tuple(i for i, name in enumerate(names) if name not in NAMES["int"])
    return Generated(f"{HEADER}{helpers}{text}\n", tuple(args.values()), differentiable)


def _parameters(draft: Draft, rows: int, columns: int) -> dict[str, Any]:
    """Choose parameters; return their values at the sample, having bound them."""
    shapes = {"u": (rows,), "v": (rows,), "A": (rows, columns), "B": (columns, columns)}
    args: dict[str, Any] = {}
    for name in NAMES["float"][: draft.choices.integer(1, 3)]:
        args[name] = draft.choices.integer(-12, 12) / 8 + 0.013 * math.pi * (len(args) + 1)
        draft.bind(name, FLOAT)
    for name in NAMES["array"]:
        if draft.chance({"u": 1, "v": 2, "A": 2, "B": 8}[name]):
            args[name] = _layout(draft, _input(draft, shapes[name]))
            draft.bind(name, array_of(*shapes[name]))
    for name in NAMES["int"][: draft.pick([0, 1, 1, 2])]:
        args[name] = draft.choices.integer(0, 4)
        draft.bind(name, integer_between(args[name], args[name]), fixed=draft.chance(2))
    return args


def _input(draft: Draft, shape: tuple[int, ...]) -> Any:
    """Return moderate numbers of which no two are equal or nearly so."""
    count = math.prod(shape)
    flat = [draft.choices.integer(-10, 10) / 8 + 0.011 * math.sqrt(i + 2) for i in range(count)]
    return np.array(flat, dtype=np.float64).reshape(shape)


def _layout(draft: Draft, array: Any) -> Any:
    """Return equal numbers in another memory layout now and then."""
    roll = draft.choices.integer(0, 11)
    if roll == 0:
        return np.asfortranarray(array)
    return np.repeat(array, 2, axis=-1)[..., ::2] if roll == 1 else array


def _helper(draft: Draft) -> str:
    """Return the text of a function that the program may call; its arrays are of the program's shapes."""
    kinds = [draft.places[name] for name in draft.named("array")]
    arrays = [draft.pick(kinds)] if draft.choices.integer(0, 5) else []
    if arrays and draft.chance(3):
        arrays *= 2
    floats = [FLOAT] * draft.choices.integer(0 if arrays else 1, 2)
    parameters = (*arrays, *floats)
    returned: list[Kind | None] = [FLOAT, FLOAT, None, *arrays[:1]]
    helper = Helper(f"helper{len(draft.helpers)}", parameters, draft.pick(returned))
    names = [f"p{i}" for i in range(len(parameters))]
    inside = Draft(draft.choices, {}, helpers=list(draft.helpers), result=helper.result, left=5)
    for name, kind in zip(names, parameters, strict=True):
        inside.bind(name, kind)
    body(inside)
    if helper.result is not None:
        inside.write(result(inside))
    draft.helpers.append(helper)
    return "\n".join([f"def {helper.name}({', '.join(names)}):", *inside.lines]) + "\n\n\n"


def _sum(draft: Draft) -> str:
    """Return an expression that reads what is in scope at the end; positions in arrays matter."""
    floats = draft.named("float")[-5:]
    terms = [draft.pick(["{}", "{}", "0.5 * {}"]).format(name) for name in floats]
    for name in draft.named("array")[-4:]:
        last = len(draft.places[name].shape) - 1
        weighted = f"np.sum({{0}} * np.arange(1, {{0}}.shape[{last}] + 1))"
        terms.append(
            draft.pick([weighted, weighted, "np.sum({0} * {0})", "np.sum(np.sin({0}))"]).format(name)
        )
    if draft.chance(4) and (ints := draft.named("int")):
        terms.append(f"0.1 * {draft.pick(ints)}")
    return " + ".join(terms)


# ------------------------------------------------------------------ what is accepted


def outcome(program: Generated) -> Any:
    """Return what CPython comes to: a number, or an exception."""
    args = trees.map_leaves(layout.copy, program.args)
    with np.errstate(all="ignore"):
        try:
            return program.function(*args)
        except Exception as error:  # noqa: BLE001 -- it is what came of it
            return error


def is_own(error: Exception) -> bool:
    """Whether the program raised the exception itself."""
    is_raised = isinstance(error, ValueError) and error.args[:1] == ("no",)
    return is_raised or isinstance(error, AssertionError)


def is_moderate(value: Any) -> bool:
    """Whether a value is one finite number, not large."""
    return np.ndim(value) == 0 and bool(np.isfinite(value)) and bool(abs(value) < LARGEST)


def is_accepted(program: Generated) -> bool:
    """Whether CPython runs it to its end, with a moderate number, or it raises an exception of its own."""
    value = outcome(program)
    return is_own(value) if isinstance(value, Exception) else is_moderate(value)


@st.composite
def programs(draw: Draw) -> Generated:
    """Return an accepted program, with its arguments."""
    program = write_program(Drawn(draw))
    assume(is_accepted(program))
    return program


def rolled(seed: int) -> Generated | None:
    """Return the program of this seed; None if it is not accepted."""
    program = write_program(Rolled(random.Random(seed)))  # noqa: S311 -- nothing secret
    return program if is_accepted(program) else None
