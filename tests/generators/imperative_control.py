"""Statements of statements: branches, `for` loops, what leaves them."""

from __future__ import annotations

from collections.abc import Callable

from tests.generators.imperative_arrays import array
from tests.generators.imperative_draft import FLOAT, INT, Draft, Kind, array_of, integer_between
from tests.generators.imperative_values import condition, literal, number, operand

Body = Callable[[Draft], None]


def branch(draft: Draft, body: Body) -> bool:
    """if, elif and else. What all branches bind is bound after them."""
    first = condition(draft)
    draft.write(f"if {first}:")
    bound = [_bound_by(draft, body)]
    for _ in range(draft.pick([0, 0, 0, 1, 2])):
        draft.write(f"elif {condition(draft)}:")
        bound.append(_bound_by(draft, body))
    if draft.chance(2):
        draft.write("else:")
        bound.append(_bound_by(draft, body))
        common = set.intersection(*(set(new.items()) for new in bound))
        for place, kind in sorted(common, key=str):
            draft.bind(place, kind)
    return True


def _bound_by(draft: Draft, body: Body) -> dict[str, Kind]:
    before, fixed = dict(draft.places), set(draft.fixed)
    with draft.block():
        body(draft)
        return {
            place: kind
            for place, kind in draft.places.items()
            if place not in before and place.isidentifier() and place not in draft.fixed - fixed
        }


def both_bind(draft: Draft, body: Body) -> bool:
    """A name that each branch gives its own value."""
    name = draft.fresh("t")
    draft.write(f"if {condition(draft)}:")
    for follows in ("else:", ""):
        with draft.block():
            if draft.chance(2):
                body(draft)
            draft.write(f"{name} = {number(draft)}")
        if follows:
            draft.write(follows)
    draft.bind(name, FLOAT)
    return True


def bound_where_used(draft: Draft, body: Body) -> bool:
    """A name that one branch binds, and a later branch on the same flag reads."""
    flag, name = draft.fresh("flag"), draft.fresh("only")
    draft.write(f"{flag} = {condition(draft)}\nif {flag}:")
    with draft.block():
        draft.write(f"{name} = {number(draft)}")
        if draft.chance(2):
            draft.bind(name, FLOAT)
            body(draft)
    body(draft)
    draft.write(f"if {flag}:")
    with draft.block():
        draft.bind(name, FLOAT)
        body(draft)
    return True


# ------------------------------------------------------------------ for


def for_range(draft: Draft, body: Body) -> bool:
    """A range with any start, stop and step; its counter is one of the known integers of the body."""
    start, stop, step = _start(draft), stop_of(draft), 1
    if draft.chance(3):
        start, stop, step = stop, start, draft.pick([-1, -1, -2])
    elif draft.chance(6):
        step = 2
    name = draft.pick(["i", "j", "k", "t", "row"])
    name = draft.fresh(name) if name in draft.places else name
    text = _range_text(start[0], stop[0], step)
    if draft.chance(8):
        text = f"reversed({text})"
    low, high = _extremes(start, stop, step)
    before = _prepare(draft, name) if draft.chance(6) else None
    draft.write(f"for {name} in {text}:")
    with draft.block(loop=True):
        draft.bind(name, integer_between(low, high), fixed=True)
        body(draft)
    otherwise(draft, body)
    if before is not None:
        draft.bind(name, INT)
    return True


def _prepare(draft: Draft, name: str) -> str:
    """Bind the counter before the loop, so that it can be read after it."""
    draft.write(f"{name} = {draft.pick([0, 1, -1])}")
    return name


Bound = tuple[str, int, int]


def _range_text(start: str, stop: str, step: int) -> str:
    if step != 1:
        return f"range({start}, {stop}, {step})"
    return f"range({stop})" if start == "0" else f"range({start}, {stop})"


def _extremes(start: Bound, stop: Bound, step: int) -> tuple[int, int]:
    """Return the least and the greatest value that the counter has, over all turns of the loops around."""
    if step > 0:
        return start[1], stop[2] - 1
    return stop[1] + 1, start[2]


def _start(draft: Draft) -> Bound:
    if draft.choices.integer(0, 2):
        return ("0", 0, 0)
    known = [(i, k.low, k.high) for i, k in _known(draft)]
    return draft.pick([("1", 1, 1), ("2", 2, 2), ("-1", -1, -1), *known])


def stop_of(draft: Draft) -> Bound:
    sizes = [
        (f"len({name})" if axis == 0 else f"{name}.shape[{axis}]", size, size)
        for name, kind in draft.places.items()
        for axis, size in enumerate(kind.shape)
    ]
    sizes += [(f"{text} - 1", low - 1, high - 1) for text, low, high in sizes[:2]]
    sizes += [(f"{i} % 4", 0, 3) for i in draft.named("int") if draft.places[i].low is None]
    known = [(i, k.low, k.high) for i, k in _known(draft)]
    known += [(f"{i} + 1", low + 1, high + 1) for i, low, high in known]
    constants = [("3", 3, 3), ("2", 2, 2), ("4", 4, 4)]
    return draft.pick([*sizes * 2, *known * 2, *constants])


def _known(draft: Draft) -> list[tuple[str, Kind]]:
    found = [(i, draft.places[i]) for i in draft.named("int")]
    return [(i, k) for i, k in found if k.low is not None and k.high is not None and k.high <= 5]  # type: ignore[misc]


def for_items(draft: Draft, body: Body) -> bool:
    """Over the elements or rows of arrays; with enumerate, zip, reversed."""
    arrays = draft.named("array")
    if not arrays:
        return False
    name = draft.pick(arrays)
    size = draft.places[name].shape[0]
    item, other, i = draft.fresh("v"), draft.fresh("w"), draft.fresh("i")
    kinds = {item: _item(draft, name)}
    partner = draft.pick(arrays)
    shortest = min(size, draft.places[partner].shape[0])
    headers = {
        f"for {item} in {name}:": {},
        f"for {item} in {name}[::-1]:": {},
        f"for {item} in reversed({name}):": {},
        f"for {i}, {item} in enumerate({name}):": {i: integer_between(0, size - 1)},
        f"for {i}, {item} in enumerate({name}, 1):": {i: integer_between(1, size)},
        f"for {item}, {other} in zip({name}, {partner}):": {other: _item(draft, partner)},
        f"for {i}, ({item}, {other}) in enumerate(zip({name}, {partner})):": {
            i: integer_between(0, shortest - 1),
            other: _item(draft, partner),
        },
        f"for {i}, {item} in zip(range(1, 4), {name}):": {i: integer_between(1, min(size, 3))},
    }
    header = draft.pick(list(headers))
    draft.write(header)
    with draft.block(loop=True):
        for place, kind in (kinds | headers[header]).items():
            draft.bind(place, kind, fixed=kind.name == "int")
        body(draft)
    otherwise(draft, body)
    return True


def _item(draft: Draft, name: str) -> Kind:
    rest = draft.places[name].shape[1:]
    return array_of(*rest) if rest else FLOAT


def for_listed(draft: Draft, body: Body) -> bool:
    """Over a Python container, whose items may be arrays: its turns are written out."""
    item = draft.fresh("z")
    arrays, floats = draft.named("array"), draft.named("float")
    if arrays and draft.chance(2):
        first = draft.pick(arrays)
        kind = draft.places[first]
        second = draft.pick(draft.where(lambda k: k == kind))
        draft.write(f"for {item} in {draft.pick(['[{}, {}]', '({}, {})']).format(first, second)}:")
    else:
        kind = FLOAT
        last = draft.pick(floats) if floats else "2.0"
        draft.write(f"for {item} in {draft.pick(['(0.5, {})', '[-0.25, 1.5, {}]']).format(last)}:")
    with draft.block(loop=True):
        draft.bind(item, kind)
        body(draft)
    otherwise(draft, body)
    return True


def otherwise(draft: Draft, body: Body) -> None:
    """The loop's `else`, now and then."""
    if draft.chance(8):
        draft.write("else:")
        with draft.block():
            body(draft)


# ------------------------------------------------------------------ exits


def leave(draft: Draft) -> bool:
    """A break, continue, return or raise under a condition."""
    choices = ["return"]
    if draft.loops:
        choices += ["break", "break", "break"] + ["continue", "continue"] * draft.continues
    elif draft.chance(3):
        choices += ["raise", "assert"]
    kind = draft.pick(choices)
    if kind == "assert":
        message = draft.pick(['"no"', 'f"{' + operand(draft) + '} is wrong"'])
        draft.write(f"assert {condition(draft)}, {message}")
        return True
    if kind == "raise":
        draft.write(f'if {condition(draft)}:\n    raise ValueError("no", {operand(draft)})')
        return True
    text = result(draft) if kind == "return" else kind
    draft.write(f"if {condition(draft)}:\n    {text}")
    if kind != "return" and draft.chance(6):
        draft.lines.insert(-1, draft.lines[-1].replace(kind, f"{draft.fresh('e')} = {literal(draft)}"))
    return True


def result(draft: Draft) -> str:
    """Return a return statement of a function that is left early."""
    if draft.result is None:
        return "return"
    if draft.result.name == "array":
        return f"return {array(draft, draft.result.shape)}"
    return f"return {number(draft)}"
