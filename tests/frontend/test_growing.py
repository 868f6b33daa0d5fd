"""Lists that a loop appends to: one program for any number of turns, and what it does is what Python does."""

from __future__ import annotations

import numpy as np
import pytest

from bpcompiler.errors import Error, NeedsValueError
from tests.frontend.staging import primitives, same, traced

TURNS = [(1.5, n) for n in (3, 0, 1, 2, 20)]
SOME = [(1.5, n) for n in (3, 1, 2, 20)]
ARRAYS = [(np.linspace(0.5, 2.0, n),) for n in (5, 0, 1, 2, 3)]


def total_of_an_array(x, n):
    losses = []
    for i in range(n):
        x = x * 0.9 + i
        losses.append(x * x)
    return np.sum(losses)


def by_numpy(x, n):
    losses = [x]
    for i in range(n):
        losses.append(losses[-1] * 0.9 + i)
    return np.mean(losses), np.max(losses), np.min(losses), np.array(losses), np.asarray(losses) * 2


def by_python(x, n):
    losses = []
    for i in range(n):
        losses.append(x * i)
    return sum(losses), len(losses)


def extremes(x, n):
    losses = [x, 1.0]
    for i in range(n):
        losses.append(x * (i % 3) - i)
    return max(losses), min(losses), any(losses), all(losses)


def by_index(x, n):
    losses = [x, 2.0]
    for i in range(n):
        losses.append(losses[i] + losses[i + 1])
    return losses[-1], losses[0], losses[1], losses[-2]


def out_of_bounds(x, n):
    losses = []
    for _ in range(n):
        losses.append(x)
    return losses[2]


def integers(x, n):
    counts = []
    for i in range(n):
        counts.append(i // 2)
    return np.array(counts) * x, sum(counts) // 2, len(counts) / 2


def bools(x, n):
    flags = []
    for i in range(n):
        flags.append(x > i)
    return np.array(flags), np.sum(flags), sum(flags)


def becomes_a_float(x, n):
    total, sums = 0, []
    for _ in range(n):
        total = total + x
        sums.append(total)
    return np.sum(sums)


def steps_and_starts(x, n):
    found, back, later = [], [], []
    for i in range(1, n, 2):
        found.append(x * i)
    for i in range(n, 0, -1):
        back.append(x - i)
    for i in range(3, n):
        later.append(x + i)
    return np.array(found), np.array(back), np.array(later)


def used_by_another_loop(x, n):
    squares, total = [], 0.0
    for i in range(n):
        squares.append(x * i)
    for each in squares:
        total += each * each
    for i, each in enumerate(squares):
        total += i * each
    for one, other in zip(squares, reversed(squares)):
        total += one * other
    for i in range(len(squares)):
        total += squares[i]
    return total


def returned(x, n):
    kept, counts, flags = [x], [], []
    for i in range(n):
        kept.append(x * i)
        counts.append(i // 2)
        flags.append(x > i)
    return {"kept": kept, "more": (counts, [flags, kept[:1]])}


def several_lists(x, n):
    lows, highs = [], []
    for i in range(n):
        lows.append(x - i)
        highs.append(x + i)
    return np.array(highs) - np.array(lows), np.array(highs) - lows


def grown_twice(x, n):
    values = [x]
    for i in range(n):
        values.append(x * i)
    for i in range(n):
        values.append(values[-1] + 1.0)
    values.append(x)
    return np.array(values), sum(values), len(values)


def under_another_name(x, n):
    losses = []
    kept = {"losses": losses, "pair": (losses, 1)}
    add = losses.append
    for i in range(n):
        add(x * i)
    kept["pair"][0].append(x)
    return np.sum(kept["losses"]), len(losses), kept["losses"] is losses


def record(log, value):
    log.append(value)


def by_helpers(x, n):
    log = []

    def note(value):
        record(log, value)

    for i in range(n):
        note(x * i)
    return np.array(log)


class Recorder:
    def __init__(self):
        self.history = []

    def run(self, x, n):
        for i in range(n):
            self.history.append(x - i)
        return sum(self.history)


def in_an_object(x, n):
    recorder = Recorder()
    return recorder.run(x, n), len(recorder.history)


def with_branches(x, n):
    losses = []
    for i in range(n):
        if x > i:
            x = x - 1
            continue_with = 2 * x
        else:
            continue_with = x
        losses.append(continue_with)
    return np.array(losses)


def appended_on_both_sides(x, n):
    losses = []
    for i in range(n):
        if x > i:
            losses.append(x)
        else:
            losses.append(-x * i)
    return np.array(losses)


def continues_after(x, n):
    losses, total = [], 0.0
    for i in range(n):
        losses.append(x + i)
        if x > i:
            continue
        total += losses[-1]
    return np.array(losses), total


def inside_of_a_loop(x, n):
    total = 0.0
    for i in range(n):
        row = []
        for k in range(n):
            row.append(x * i + k)
        total += sum(row) * row[0]
    return total


def sliced(x, n):
    values = [x, x + 1]
    for i in range(n):
        values.append(x * i)
    return np.array(values[1:]), sum(values[:2]), len(values.copy())


def arrays(x, n):
    states, u = [], np.array([x, 1.0])
    for i in range(n):
        u = u * 0.5 + i
        states.append(u)
    return np.array(states), u


def copies(x, n):
    u = np.array([x, 1.0])
    states = [u.copy()]
    for i in range(n):
        u[0] += u[1] * i
        states.append(u.copy())
    return np.array(states), np.stack(states), np.concatenate(states), states[-1] * 2, u


@pytest.mark.parametrize(
    "function",
    [
        total_of_an_array, by_numpy, by_python, extremes, by_index, out_of_bounds,
        becomes_a_float, steps_and_starts, several_lists, used_by_another_loop, grown_twice, returned,
        under_another_name, by_helpers, in_an_object, with_branches, appended_on_both_sides, continues_after,
        inside_of_a_loop, sliced, copies,
    ],
)  # fmt: skip
def test_one_program_for_any_number_of_turns(function):
    same(function, *TURNS)


@pytest.mark.parametrize("function", [integers, bools])
def test_of_no_items_numpy_makes_floats(function):
    same(function, *TURNS, programs=2)


def test_arrays_of_a_loop():
    same(arrays, *SOME)


def over_an_array(x):
    squares = []
    for each in x:
        squares.append(each * each)
    return np.sum(squares), np.array(squares), sum(squares)


def over_its_indices(x):
    means = []
    for i in range(1, len(x)):
        means.append((x[i] + x[i - 1]) / 2)
    return np.array(means)


def single_precision(x):
    found = []
    for each in x.astype(np.float32):
        found.append(each * 2)
    return np.array(found), np.sum(found), sum(found)


@pytest.mark.parametrize("function", [over_an_array, over_its_indices, single_precision])
def test_over_arrays(function):
    assert "for_" in primitives(function, *ARRAYS[0])
    same(function, *ARRAYS[:1], *ARRAYS[2:])


def starts_with_an_integer(x, n):
    values = [1]
    for i in range(n):
        values.append(values[-1] * x + i)
    return np.array(values), sum(values)


def starts_with_a_python_float(x, n):
    values = [x]
    for i in range(n):
        values.append(np.sin(values[-1]) + i)
    return np.array(values), sum(values), values[0]


@pytest.mark.parametrize("function", [starts_with_an_integer, starts_with_a_python_float])
def test_numbers_of_two_types_become_one_as_a_loop_carries_them(function):
    same(function, *TURNS)


# ------------------------------------------------------------------ what the call at hand decides


def two_a_turn(x, n):
    kept = []
    for i in range(n):
        kept.append(x * i)
        kept.append(x)
    return sum(kept)


def popped(x, n):
    kept = []
    for i in range(n):
        kept.append(x * i)
    kept.append(x)
    last = kept.pop()
    return last + sum(kept)


def joined_with_a_list(x, n):
    kept = []
    for i in range(n):
        kept.append(x * i)
    return sum([x, *kept] + kept * 2)


def item_changed(x, n):
    kept = [x]
    for i in range(n):
        kept.append(x * i)
    kept[0] = 7.0
    return sum(kept)


def of_tuples(x, n):
    kept = []
    for i in range(n):
        kept.append((x, i))
    return sum(one + other for one, other in kept)


@pytest.mark.parametrize("function", [two_a_turn, popped, joined_with_a_list, item_changed, of_tuples])
def test_else_the_call_decides_how_long_it_is(function):
    same(function, *TURNS, programs=len(TURNS))


def mask_of(function):
    """Return the function of a number of turns that no call decides: it is computed from values."""

    def masked(x, n):
        count = 0
        for i in range(n):
            count += x > i
        return function(x, count)

    return masked


def under_a_condition(x, n):
    kept = []
    for i in range(n):
        if x > i:
            kept.append(x * i)
    return sum(kept)


def with_a_break(x, n):
    kept = []
    for i in range(n):
        kept.append(x * i)
        if x < i:
            break
    return sum(kept)


def a_store_into_what_was_appended(x, n):
    u, kept = np.array([x, x]), []
    for _ in range(n):
        u = u * 2
        kept.append(u)
        u[0] = 1.0
    return np.sum(kept)


def the_same_array_each_turn(x, n):
    u, kept = np.array([x, x]), []
    for _ in range(n):
        u[0] += 1.0
        kept.append(u)
    return np.sum(kept)


def a_store_into_an_item(x, n):
    kept = []
    for i in range(n):
        kept.append(np.array([x, i * 1.0]))
    kept[0][1] = 2.0
    return np.sum(kept)


def a_store_afterwards(x, n):
    u, kept = np.array([x, x]), []
    for _ in range(n):
        u = u * 2
        kept.append(u)
    u[0] = 1.0
    return np.sum(kept)


def a_store_in_the_next_turn(x, n):
    u, kept = np.array([x, x]), []
    for _ in range(n):
        u[0] = 1.0
        u = u * 2
        kept.append(u)
    return np.sum(kept)


def a_store_into_an_item_of_a_comprehension(x, n):
    kept = [np.array([x, i * 1.0]) for i in range(n)]
    kept[0][1] = 2.0
    return np.sum(np.array(kept))


SHARED = [a_store_afterwards, a_store_in_the_next_turn]
UNROLLED = [
    the_same_array_each_turn, a_store_into_what_was_appended, a_store_into_an_item,
    a_store_into_an_item_of_a_comprehension,
]  # fmt: skip


@pytest.mark.parametrize("function", SHARED)
def test_an_array_that_a_list_holds_is_not_stored_into(function):
    with pytest.raises(Error, match="copy") as caught:
        traced(function, 1.5, 3)
    assert caught.value.origin is not None


@pytest.mark.parametrize("function", UNROLLED)
def test_a_list_of_arrays_that_are_stored_into_is_a_list(function):
    same(function, (1.5, 3), (1.5, 4), programs=2)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (under_a_condition, "the list kept gets more or fewer items"),
        (with_a_break, "the list kept gets more or fewer items"),
        (mask_of(two_a_turn), "a list grows in a loop whose number of turns is computed from values"),
    ],
)
def test_what_neither_the_program_nor_the_call_can_say(function, message):
    with pytest.raises(NeedsValueError, match=message) as caught:
        traced(function, 1.5, 3)
    assert "preallocate an array" in caught.value.remedy
    assert caught.value.origin is not None
