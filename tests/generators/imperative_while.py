"""While loops of an imperative program. Each ends by its construction, whatever the numbers are."""

from __future__ import annotations

from tests.generators.imperative_control import Body, otherwise, stop_of
from tests.generators.imperative_draft import FLOAT, INT, Draft, integer_between
from tests.generators.imperative_values import condition, number, operand


def while_loop(draft: Draft, body: Body) -> bool:
    """A while loop that ends by its construction, whatever the numbers are."""
    counter = draft.fresh("c")
    draft.pick(LOOPS)(draft, counter, body)
    return True


def _counting(draft: Draft, counter: str, body: Body) -> None:
    stop, low, high = stop_of(draft)
    start = draft.pick([0, 0, 1])
    extra = draft.pick(["", "", f" and {condition(draft, 0)}"])
    draft.write(f"{counter} = {start}\nwhile {counter} < {stop}{extra}:")
    moves_first = draft.chance(2)
    with draft.block(loop=True, continues=moves_first):
        shift = 1 if moves_first else 0
        if moves_first:
            draft.write(f"{counter} += 1")
        draft.bind(counter, integer_between(start + shift, max(high, start) - 1 + shift), fixed=True)
        _keep(draft, stop)
        body(draft)
        if not moves_first:
            draft.write(f"{counter} += 1")
    otherwise(draft, body)
    draft.bind(counter, INT)


def _keep(draft: Draft, text: str) -> None:
    """Nobody changes what a loop's test reads."""
    for place in draft.named("int"):
        if place in text:
            draft.lock(place)


def _counting_down(draft: Draft, counter: str, body: Body) -> None:
    stop, _, _ = stop_of(draft)
    draft.write(f"{counter} = {stop}\nwhile {counter} > 0:")
    with draft.block(loop=True):
        draft.write(f"{counter} {draft.pick(['-= 1', '//= 2', '-= 2'])}")
        draft.bind(counter, INT, fixed=True)
        body(draft)
    otherwise(draft, body)
    draft.bind(counter, INT)


def _forever(draft: Draft, counter: str, body: Body) -> None:
    draft.write(f"{counter} = 0\nwhile True:")
    with draft.block(loop=True):
        draft.bind(counter, INT, fixed=True)
        test = draft.pick([f"{counter} >= 3", f"{counter} > 2 or {condition(draft, 0)}"])
        draft.write(f"if {test}:\n    break\n{counter} += 1")
        body(draft)
    draft.bind(counter, INT)


def _moving_bound(draft: Draft, counter: str, body: Body) -> None:
    """The bound changes inside."""
    stop, _, _ = stop_of(draft)
    bound = draft.fresh("n")
    draft.write(f"{bound}, {counter} = {stop}, 0\nwhile {counter} < {bound}:")
    with draft.block(loop=True):
        draft.write(f"{counter} += 1")
        draft.bind(counter, INT, fixed=True)
        draft.bind(bound, INT, fixed=True)
        body(draft)
        draft.write(f"if {condition(draft)}:\n    {bound} -= 1")
    draft.bind(bound, INT)


def _shrinking(draft: Draft, counter: str, body: Body) -> None:
    """Until a number is small: the trip count hangs on the data."""
    name = draft.fresh("s")
    test = draft.pick([f"abs({name}) > 0.1", f"{name} * {name} > 0.05", f"{name} > 0.2"])
    draft.write(f"{name} = {number(draft)}\n{counter} = 0\nwhile {test} and {counter} < 5:")
    with draft.block(loop=True):
        draft.write(f"{counter} += 1\n{name} {draft.pick(['*= 0.5', '-= 0.3', '*= -0.4', '/= 3'])}")
        draft.bind(counter, INT, fixed=True)
        draft.bind(name, FLOAT)
        body(draft)
    otherwise(draft, body)
    draft.bind(name, FLOAT)
    draft.bind(counter, INT)


def _bisection(draft: Draft, counter: str, body: Body) -> None:
    arrays = draft.where(lambda kind: len(kind.shape) == 1)
    if not arrays:
        return _forever(draft, counter, body)
    name, low, high = draft.pick(arrays), draft.fresh("low"), draft.fresh("high")
    draft.write(f"{low}, {high} = 0, len({name})\nwhile {low} < {high}:")
    with draft.block(loop=True, continues=False):
        draft.write(f"{counter} = ({low} + {high}) // 2")
        draft.bind(counter, integer_between(0, draft.places[name].shape[0] - 1), fixed=True)
        if draft.chance(2):
            body(draft)
        draft.write(f"if {name}[{counter}] < {operand(draft)}:\n    {low} = {counter} + 1")
        draft.write(f"else:\n    {high} = {counter}")
    draft.bind(low, INT)
    return None


LOOPS = [_counting, _counting, _counting_down, _forever, _moving_bound, _shrinking, _bisection]
