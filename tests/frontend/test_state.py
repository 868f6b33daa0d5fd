"""State that forks: snapshots, what changed between two, and the way back."""

from __future__ import annotations

import collections

import pytest

from bpcompiler.frontend.state import UNBOUND, State
from tests.frontend.plain import PlainHooks, Traced, interpreter


class Thing:
    def __init__(self):
        self.x = 1


class Slotted:
    __slots__ = ("a", "b")


CONTAINERS = {
    "list": (lambda: [1, 2], lambda c: c.append(3)),
    "list order": (lambda: [1, 2], lambda c: c.reverse()),
    "dict": (lambda: {"a": 1}, lambda c: c.update(b=2)),
    "dict removal": (lambda: {"a": 1, "b": 2}, lambda c: c.pop("a")),
    "set": (lambda: {1}, lambda c: c.add(2)),
    "deque": (lambda: collections.deque([1], maxlen=3), lambda c: c.appendleft(0)),
    "counter": (lambda: collections.Counter("ab"), lambda c: c.update("a")),
    "defaultdict": (lambda: collections.defaultdict(list), lambda c: c["k"]),
    "ordered": (lambda: collections.OrderedDict(a=1, b=2), lambda c: c.move_to_end("a")),
    "bytearray": (lambda: bytearray(b"ab"), lambda c: c.append(1)),
    "object": (Thing, lambda c: setattr(c, "y", 2)),
    "slots": (Slotted, lambda c: setattr(c, "a", 2)),
}


def contents(value):
    if isinstance(value, Thing):
        return vars(value)
    return [getattr(value, s, None) for s in "ab"] if isinstance(value, Slotted) else value


@pytest.mark.parametrize("name", CONTAINERS)
def test_contents_are_compared_and_put_back_in_place(name):
    make, change = CONTAINERS[name]
    state, container = State(), make()
    state.own(container)
    before = state.snapshot()
    assert state.changes(before, state.snapshot()) == []
    change(container)
    changes = state.changes(before, state.snapshot())
    assert changes
    assert all(each.holder is container for each in changes)
    state.restore(before)
    assert contents(container) == contents(make())
    if isinstance(container, dict):
        assert list(container) == list(make())
    assert state.changes(before, state.snapshot()) == []


def test_changes_name_the_key_and_both_values():
    state = State()
    table = state.own({"a": 1, "b": 2.0})
    before = state.snapshot()
    table["a"] = 1.0
    table["b"] = 2.0
    table["c"] = 3
    found = [(c.key, c.before, c.after) for c in state.changes(before, state.snapshot())]
    assert found == [("a", 1, 1.0), ("c", UNBOUND, 3)]


def test_what_was_made_since_is_no_longer_owned():
    state = State()
    before = state.snapshot()
    later = state.own([1])
    assert state.owns(later)
    state.restore(before)
    assert not state.owns(later)


def test_other_state_takes_part():
    class Program:
        def __init__(self):
            self.equations = ["a"]

        def snapshot(self):
            return len(self.equations)

        def restore(self, token):
            del self.equations[token:]

    state, program = State(), Program()
    state.register(program)
    token = state.snapshot()
    program.equations.append("b")
    state.restore(token)
    assert program.equations == ["a"]


class ForkingHooks(PlainHooks):
    """At each traced condition: take a snapshot, and later go back to it."""

    def truth(self, value):
        self.tokens.append(self.m.state.snapshot())
        return bool(value.value)


def test_names_in_all_live_frames_and_cells_go_back():
    seen = {}

    def f(x):
        total, items, thing = 0, [0], Thing()

        def add(k):
            nonlocal total
            total += k
            items.append(k)
            local = k
            thing.x = k
            if x:
                local = 10
                total += 100
                items.append(100)
                del thing.x
                probe(lambda: (local, total, list(items), dict(vars(thing))))
            return local

        return add(5), total, items

    def probe(look):
        m, (token, *_) = hooks.m, hooks.tokens
        after = m.state.snapshot()
        seen["inside"] = m.call(look)
        seen["keys"] = {c.key for c in m.state.changes(token, after)}
        m.state.restore(token)
        seen["back"] = m.call(look)
        m.state.restore(after)
        seen["again"] = m.call(look)

    hooks = ForkingHooks(handlers={probe: probe})
    hooks.tokens = []
    hooks.m = interpreter(hooks)
    assert hooks.m.call(f, (Traced(1),)) == (10, 105, [0, 5, 100])
    assert seen["inside"] == (10, 105, [0, 5, 100], {}) == seen["again"]
    assert seen["back"] == (5, 5, [0, 5], {"x": 5})
    assert seen["keys"] >= {"local", "total", 2, "x"}
