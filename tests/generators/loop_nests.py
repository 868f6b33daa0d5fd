"""Random loop nests whose middle loop, over k, has turns that look independent; now and then they are not."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

from tests.generators.source import Generated

ARGNUMS = (0, 1, 2, 3)


def arguments(count: int, size: int, times: int, seed: int) -> tuple[Any, ...]:
    """Return w, A, B and X for loops of so many turns: over k, inside it, around it."""
    rng = np.random.default_rng(seed)
    shapes = ((count,), (count, size), (size, count), (times, size))
    return tuple(rng.normal(size=shape) for shape in shapes)


def nest(seed: int) -> Generated:
    """Return a program of `arguments`."""
    text = _Text(Random(seed))
    lines = [
        "import math",
        "import numpy as np",
        "def program(w, A, B, X):",
        "    count, size, times = len(w), len(B), len(X)",
        "    scores = np.zeros(count)",
        "    table = np.ones((size, count))",
        "    total = last = 0.0",
        "    for n in range(times):",
        "        for k in range(count):",
        *text.turn(),
        "        total += np.sum(scores * scores) + np.sum(np.tanh(table)) * 0.1",
        "    return total + last",
    ]
    return Generated("\n".join(lines) + "\n", arguments(5, 4, 3, seed), ARGNUMS)


class _Text:
    def __init__(self, random: Random) -> None:
        self.random, self.names = random, ["w[k]", "0.1 * k", "scores[k]"]
        self.indices = ["k"]
        self.has_own = random.random() < 0.3

    def turn(self) -> list[str]:
        lines = [f"s = {self.value()}"]
        self.names.append("s")
        if self.has_own:
            lines.append("own = np.zeros(size)")
        for _ in range(self.random.randint(1, 2)):
            lines += self.loop("i")
        lines += self.random.choice(
            [["scores[k] = s"], ["scores[k] += s"], ["scores[k] = s", "scores[k] *= w[k]"]]
        )
        lines += self.random.choice(
            [[], [], ["total += s"], ["total = max(0.5 * total, s * w[k])"], ["last = s"]]
        )
        if not self.random.randrange(8):
            lines.append("scores[0] = s")  # every turn's: not independent
        return [" " * 12 + line for line in lines]

    def loop(self, index: str) -> list[str]:
        outer = self.indices[-1]
        start, stop = self.random.choice(
            [("0", "size"), ("1", "size"), ("0", outer if outer != "k" else "size")]
        )
        before = list(self.names)
        self.indices.append(index)
        self.names += [f"A[k, {index}]", f"B[{index}, k]", f"X[n, {index}]", f"table[{index}, k]"]
        self.names += [f"own[{index}]"] if self.has_own else []
        lines = [f"z = {self.value()}"]
        self.names.append("z")
        if index == "i" and self.random.random() < 0.7:
            lines += self.loop("j")
        lines += self.statement(index)
        self.names = before
        self.indices.pop()
        return [f"for {index} in range({start}, {stop}):", *("    " + line for line in lines)]

    def statement(self, index: str) -> list[str]:
        value = self.value()
        return self.random.choice(
            [
                [f"s += {value}"],
                [f"s += {value}"],
                [f"s = 0.5 * s + {value}", f"table[{index}, k] = z"],
                [f"table[{index}, k] += {value}", "s += z"],
                ["if n > 0:", f"    s += {value}"],
                ["if s > 0.0:", f"    s = {value}"],  # some turns only
                ["s += z * scores[k]"],
                *([[f"own[{index}] = {value}"], [f"own[{index}] += {value}", "s += z"]] * 2 * self.has_own),
            ]
        )

    def value(self) -> str:
        left, right = self.random.choice(self.names), self.random.choice(self.names)
        shape = self.random.choice(
            [
                "{0} * {1}",
                "{0} - {1}",
                "math.sin({0} + {1})",
                "math.tanh({0} * {1})",
                "max({0}, {1})",
                "0.3 * {0}",
            ]
        )
        return shape.format(left, right)
