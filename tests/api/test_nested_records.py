"""Dataclasses that a transform in traced code gets: the caller's, and those from outside as they are now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import bpcompiler as bp


@dataclass
class Model:
    w: np.ndarray
    power: int = 2


def loss(model: Model, x: np.ndarray) -> float:
    return np.mean((x * model.w) ** model.power)


def test_a_dataclass_that_a_loop_carries() -> None:
    @bp.jit
    def descend(model: Model, x: np.ndarray) -> Model:
        for _ in range(3):
            slope = bp.grad(loss)(model, x)
            model = bp.tree_map(lambda a, b: a - 0.1 * b if isinstance(a, np.ndarray) else a, model, slope)
        return model

    found = descend(Model(np.ones(2)), np.ones(2))
    assert isinstance(found, Model)
    assert found.power == 2
    np.testing.assert_allclose(found.w, np.full(2, 0.9**3), rtol=1e-14)


OUTSIDE = Model(np.full(2, 3.0))


def test_a_dataclass_from_outside_is_read_at_each_call() -> None:
    @bp.jit
    def slope(x: np.ndarray) -> tuple[float, Model]:
        return bp.value_and_grad(loss)(OUTSIDE, x)

    assert slope(np.ones(2))[0] == 9.0
    OUTSIDE.w = np.full(2, 4.0)
    assert slope(np.ones(2))[0] == 16.0
    OUTSIDE.power = 3
    value, found = slope(np.ones(2))
    assert value == 64.0
    np.testing.assert_allclose(found.w, np.full(2, 24.0), rtol=1e-14)
