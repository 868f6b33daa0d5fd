"""Programs that raise exceptions of their own; no module of tests, or pytest would rewrite the `assert`s."""

from __future__ import annotations

import dataclasses
import math

import numpy as np


class Plain(ValueError):
    """No method of its own."""


class Above(Exception):
    """Its message is made by its `__init__`."""

    def __init__(self, value, limit, *, unit="m"):
        super().__init__(f"{value:.3f} {unit} is above {limit}")
        self.value, self.limit = value, limit


class Silent(Exception):
    """Does not call the base's `__init__`."""

    def __init__(self, value, why):
        self.value, self.why = value, why

    def __str__(self):
        return f"{self.value} because {self.why}"


class Twice(RuntimeError):
    def __init__(self, *args):
        super().__init__("twice", *args)


class Derived(Above):
    def __init__(self, value):
        super().__init__(value * 2, "one", unit="km")
        if value > 3:
            self.far = True


@dataclasses.dataclass
class Record(Exception):
    value: float
    limit: float = 2.0


ELSEWHERE = {"limit": 1.0}


class LooksAround(ValueError):
    def __init__(self, value):
        super().__init__(f"{value} is not {ELSEWHERE['limit']}")


def plain(x):
    if x > 1:
        raise Plain(f"big {x:.3f}", x)
    return x * 2


def with_init(x):
    if x > 1:
        raise Above(x, 1.0, unit="km")
    return x * 2


def silent(x):
    if x > 1:
        raise Silent(x, why="it is")
    return x * 2


def twice(x):
    if x > 1:
        raise Twice(x, 3) from None
    return x * 2


def derived(x):
    if x > 1:
        raise Derived(x)
    return x * 2


def record(x):
    if x > 1:
        raise Record(x)
    return x * 2


def reads_outside(x):
    if x > 1:
        raise LooksAround(x)
    return x * 2


def made_before(x):
    error = Above(x, 3.0)
    if x > 1:
        raise error
    return x * 2


def given_attributes(x):
    if x > 1:
        error = Plain("a")
        error.where = x * 2
        raise error
    return x * 2


def the_class_alone(x):
    if x > 1:
        raise Plain
    return x * 2


def in_a_helper(x):
    def root(value, i):
        if value > 1:
            raise Above(value, i)
        return math.sin(value)

    total = 0.0
    for i in range(12):
        total += root(x * i / 11, i)
    return total


def in_a_while(x):
    turns = 0
    while x > 0.01:
        x *= 0.5
        turns += 1
        if turns > 6:
            raise Above(x, turns)
    return x


def containers(x):
    assert x < 1, ("big", [x, 2], {"x": x})
    return x * 2


def by_format(x):
    if x > 1:
        text = "{:.2f} {} {name}".format(x, 2, name=x)  # noqa: UP032
        raise Plain(text)
    return x * 2


def nested_texts(x):
    if x > 1:
        start = f"{x:.1f} is"
        message = ", ".join([f"{start} large", str(start)])
        raise Plain(message)
    return x * 2


def on_every_way(x):
    if x > 1:
        raise Plain("large")
    raise Above(x, 1)


def at_the_end_of_a_loop(x):
    while True:
        x = x * 0.5
        if x < 0.1:
            raise Above(x, 0.1)


FUNCTIONS = [
    plain, with_init, silent, twice, derived, record, reads_outside, made_before, given_attributes,
    the_class_alone, in_a_helper, in_a_while, containers, by_format, nested_texts, on_every_way,
    at_the_end_of_a_loop,
]  # fmt: skip


# ------------------------------------------------------------------ what is decided while tracing


def too_short(u):
    u[0] = 2 * u[0]
    if len(u) < 3:
        raise Above(u[0], len(u))
    return np.sum(u)


def asserted(u):
    assert len(u) == 3, f"the first is {u[0]:.2f}"
    return np.sum(u)


# ------------------------------------------------------------------ what cannot be


def cuts_the_message(x):
    if x > 1:
        raise ValueError(f"{x} is large"[:10])
    return x


def shows_an_array(x, u):
    if x > 1:
        raise ValueError(f"u is {u}")
    return x


def class_inside(x):
    class Inside(Exception):
        def __init__(self, value):
            super().__init__(f"{value}")

    if x > 1:
        raise Inside(x)
    return x


def returns_a_text(x):
    return x, f"{x}"


def is_a_key(x):
    return {f"{x}": x}


def counted_names(x, n):
    weights = {"w3": x, "w4": 2 * x, "3|4": x * x}
    return weights[f"w{n}"] * weights["w%d" % n] + weights["w{}".format(n)] + weights["%d|%s" % (n, n + 1)]  # noqa: UP031, UP032
