"""Random nested parameters of random types: traced and untraced optimisers give the same bits and types."""

import copy
import random
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest

import bpcompiler as bp
from tests.optim.test_traced import OPTIMIZERS, run_on, same_bits


class Pair(NamedTuple):
    a: object
    b: object


@dataclass
class Record:
    x: object
    y: object


def leaf(choose):
    """One of everything that parameters may hold; what is no float is handed through."""
    numbers = [choose.uniform(-1, 1) for _ in range(choose.randrange(3))]
    return choose.choice(
        [
            choose.uniform(-1, 1),
            np.array(numbers),
            np.array([numbers, numbers], np.float32),
            np.array(choose.random()),
            np.float64(choose.random()),
            np.float32(choose.random()),
            3,
            "name",
            None,
            np.arange(2),
        ]
    )


def tree(choose, depth):
    if depth == 0 or choose.random() < 0.2:
        return leaf(choose)
    one, other = tree(choose, depth - 1), tree(choose, depth - 1)
    return choose.choice(
        [
            {"W": one, "b": other},
            {0: one, "of": other},
            [one] * choose.randrange(2),
            [one, other],
            (one, other),
            Pair(one, other),
            Record(one, other),
        ]
    )


def gradient(params):
    return bp.tree_map(lambda x: 0.5 * x + 0.25, params)


@pytest.mark.parametrize("seed", range(24))
def test_the_same_bits_in_any_structure(seed):
    choose = random.Random(seed)
    optimizer, params = choose.choice(OPTIMIZERS), tree(choose, 3)

    def descend(params, steps):
        return run_on(gradient, optimizer, params, steps)

    same_bits(descend, lambda: copy.deepcopy(params), (3, 0))
