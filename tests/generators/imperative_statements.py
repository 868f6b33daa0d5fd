"""The statements of an imperative program, and blocks of them."""

from __future__ import annotations

from tests.generators import imperative_control as control
from tests.generators.imperative_arrays import array, view
from tests.generators.imperative_draft import BOOL, FLOAT, INT, Draft, Helper, Kind, any_of, array_of
from tests.generators.imperative_stores import store
from tests.generators.imperative_values import call, callable_helpers, condition, number, operand
from tests.generators.imperative_while import while_loop

DEEPEST = 4


def body(draft: Draft) -> None:
    """Write one to three statements."""
    for _ in range(draft.pick([1, 1, 2, 2, 3])):
        statement(draft)


def statement(draft: Draft) -> None:
    """Write one statement; a simple one where the budget or the depth is used up."""
    draft.left -= 1
    is_deep = draft.left <= 0 or draft.indent > DEEPEST
    form = SIMPLE(draft) if is_deep or draft.choices.integer(0, 2) else COMPOUND(draft)
    done = form(draft) if is_deep or form not in BLOCKS else form(draft, body)
    if not done:
        assign(draft)


# ------------------------------------------------------------------ names


def assign(draft: Draft) -> bool:
    """A number under a new name, or an old one again."""
    old = draft.named("float", free=True)
    name = draft.pick(old) if old and draft.choices.integer(0, 4 if draft.loops else 2) else ""
    text = number(draft)
    name = name or draft.bind(draft.fresh("t"), FLOAT)
    draft.write(f"{name} = {text}")
    return True


def accumulate(draft: Draft) -> bool:
    old = draft.named("float", free=True)
    if not old:
        return False
    sign = draft.pick(["+=", "+=", "-=", "*="])
    draft.write(f"{draft.pick(old)} {sign} {number(draft) if sign != '*=' else operand(draft)}")
    return True


def start_sum(draft: Draft) -> bool:
    """A number that starts as an integer, or as a constant."""
    draft.write(f"{draft.bind(draft.fresh('s'), FLOAT)} = {draft.pick(['0', '0.0', '1', '1.0'])}")
    return True


def several(draft: Draft) -> bool:
    old = draft.named("float", free=True)
    if len(old) < 2:
        return False
    a, b = draft.pick(old), draft.pick(old)
    forms = ["{a}, {b} = {b}, {a}", "{a}, {b} = {x}, {a} * 0.5", "{a} = {b} = {x}", "{a}, {b} = {b}, {x}"]
    draft.write(draft.pick(forms).format(a=a, b=b, x=number(draft)))
    return True


def walrus(draft: Draft) -> bool:
    new = draft.fresh("q")
    text = number(draft)
    target = draft.fresh("t")
    draft.write(f"{target} = ({new} := {text}) * 0.5 + math.sin({new})")
    draft.bind(new, FLOAT)
    draft.bind(target, FLOAT)
    return True


def flag(draft: Draft) -> bool:
    old = draft.named("bool", free=True)
    text = condition(draft)
    name = draft.pick(old) if old and draft.chance(2) else draft.bind(draft.fresh("flag"), BOOL)
    draft.write(f"{name} = {text}")
    return True


def count(draft: Draft) -> bool:
    """An integer that changes."""
    old = [i for i in draft.named("int", free=True) if draft.places[i].low is None]
    if not old or draft.chance(4):
        draft.write(f"{draft.bind(draft.fresh('m'), INT)} = {draft.pick([0, 1, 2])}")
        return True
    forms = ["{0} += 1", "{0} = ({0} + 2) % 3", "{0} += {1}", "{0} -= 1", "{0} = {0} * 2 % 5", "{0} = {1}"]
    draft.write(draft.pick(forms).format(draft.pick(old), draft.pick(draft.named("int"))))
    return True


# ------------------------------------------------------------------ arrays


def new_array(draft: Draft) -> bool:
    arrays = draft.named("array")
    shapes = [draft.places[name].shape for name in arrays] or [(2,)]
    shape = draft.pick(shapes)
    text = array(draft, shape)
    draft.write(f"{draft.bind(draft.fresh('r'), array_of(*shape))} = {text}")
    return True


def again_array(draft: Draft) -> bool:
    """Another array, or a new one, under an old name."""
    arrays = draft.named("array", free=True)
    if not arrays:
        return False
    name = draft.pick(arrays)
    draft.write(f"{name} = {array(draft, draft.places[name].shape)}")
    return True


def alias(draft: Draft) -> bool:
    """A second name for an array, or a name for a view."""
    arrays = draft.named("array")
    if not arrays:
        return False
    source = draft.pick(arrays)
    found = (source, draft.places[source].shape) if draft.chance(4) else view(draft, source)
    if found is None:
        return False
    draft.write(f"{draft.bind(draft.fresh('w'), array_of(*found[1]))} = {found[0]}")
    return True


def exchange(draft: Draft) -> bool:
    """Two names of arrays change what they stand for."""
    arrays = draft.named("array", free=True)
    if not arrays:
        return False
    a = draft.pick(arrays)
    b = draft.pick([name for name in arrays if draft.places[name] == draft.places[a]])
    form = draft.pick(["{a}, {b} = {b}, {a}", "{a}, {b} = {b}, {v}", "{a} = {b}"])
    draft.write(form.format(a=a, b=b, v=array(draft, draft.places[a].shape)))
    return True


# ------------------------------------------------------------------ containers


def container(draft: Draft) -> bool:
    """A list, dict, tuple or object, whose items are places from now on. Arrays in it are not copied."""
    name = draft.fresh("box")
    items = [_item(draft) for _ in range(draft.pick([2, 2, 3]))]
    texts = [text for text, _ in items]
    form = draft.pick(["list", "dict", "tuple", "object"])
    keys = ["p", "q", "r"][: len(items)]
    pairs = {"dict": "'{}': {}", "object": "{}={}"}.get(form, "{1}")
    inside = ", ".join(pairs.format(key, text) for key, text in zip(keys, texts, strict=True))
    around = {"list": "[{}]", "dict": "{{{}}}", "tuple": "({})", "object": "Box({})"}[form]
    draft.write(f"{name} = {around.format(inside)}")
    for i, (key, (_, kind)) in enumerate(zip(keys, items, strict=True)):
        place = {"dict": f"{name}['{key}']", "object": f"{name}.{key}"}.get(form, f"{name}[{i}]")
        draft.bind(place, kind, fixed=form == "tuple")
    if form == "tuple" and all(kind == FLOAT for _, kind in items):
        draft.tuples[name] = len(items)
    return True


def _item(draft: Draft) -> tuple[str, Kind]:
    arrays = draft.named("array")
    if arrays and draft.chance(3):
        name = draft.pick(arrays)
        return name, draft.places[name]
    return number(draft), FLOAT


def next_tuple(draft: Draft) -> bool:
    """A tuple of numbers takes a new value."""
    if not draft.tuples:
        return False
    name = draft.pick(list(draft.tuples))
    items = [f"{name}[{i}]" for i in range(1, draft.tuples[name])]
    draft.write(f"{name} = ({', '.join([*items, number(draft)])})")
    return True


def appended(draft: Draft) -> bool:
    """A list that a loop fills, and that is then reduced."""
    name, item = draft.fresh("found"), draft.fresh("e")
    arrays = draft.where(lambda kind: len(kind.shape) == 1)
    header = f"for {item} in {draft.pick(arrays)}:" if arrays else f"for {item} in (0.5, 1.5):"
    draft.write(f"{name} = []\n{header}")
    with draft.block(loop=True):
        draft.bind(item, FLOAT)
        text = number(draft)
        draft.write(f"{name}.append({text})")
    reduced = draft.pick(["sum({})", "np.sum(np.array({}))"]).format(name)
    draft.write(f"{draft.bind(draft.fresh('t'), FLOAT)} = {reduced}")
    return True


# ------------------------------------------------------------------ functions


def use_helper(draft: Draft) -> bool:
    """A call for its effect on its arguments, or for its result."""
    helpers = callable_helpers(draft)
    if not helpers:
        return False
    helper = draft.pick(helpers)
    text = call(draft, helper)
    if helper.result is None or draft.chance(4):
        draft.write(text)
        return True
    stem = "t" if helper.result == FLOAT else "r"
    draft.write(f"{draft.bind(draft.fresh(stem), helper.result)} = {text}")
    return True


def inner_function(draft: Draft) -> bool:
    """A function inside, which reads and changes what is around it."""
    name = draft.fresh("inner")
    outer = [place for place in draft.named("float", free=True) if place.isidentifier()]
    if outer and draft.chance(3):
        changed = draft.pick(outer)
        text = f"def {name}(e):\n    nonlocal {changed}\n    {changed} = 0.5 * {changed} + e"
        draft.write(text)
        draft.helpers = [*draft.helpers, Helper(name, (FLOAT,), None)]
        return True
    with draft.block():
        draft.bind("e", FLOAT)
        text = number(draft)
    draft.write(draft.pick([f"{name} = lambda e: {text}", f"def {name}(e):\n    return {text}"]))
    draft.helpers = [*draft.helpers, Helper(name, (FLOAT,), FLOAT)]
    return True


BLOCKS = {
    control.branch,
    control.both_bind,
    control.bound_where_used,
    control.for_range,
    control.for_items,
    control.for_listed,
    while_loop,
}
SIMPLE = any_of(
    {
        assign: 5,
        accumulate: 8,
        start_sum: 2,
        several: 3,
        walrus: 1,
        flag: 2,
        count: 3,
        new_array: 3,
        again_array: 2,
        alias: 4,
        exchange: 2,
        store: 20,
        container: 3,
        next_tuple: 2,
        appended: 1,
        use_helper: 5,
        inner_function: 1,
        control.leave: 6,
    }
)
COMPOUND = any_of(
    {
        control.branch: 9,
        control.both_bind: 2,
        control.bound_where_used: 1,
        control.for_range: 10,
        control.for_items: 5,
        control.for_listed: 1,
        while_loop: 6,
    }
)
