"""The examples do what they say, and their known numbers are differences of the functions they stand for."""

import copy
import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


def load(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and the frontend look a function's module up
    spec.loader.exec_module(module)
    return module


notes = load("calculus_notes")


def arrays(container):
    """Return the container's leaves as float arrays, and a function that puts arrays back in their places."""
    if isinstance(container, dict):
        parts, rebuilds = zip(*map(arrays, container.values()), strict=True)
        make = lambda values: dict(zip(container, values, strict=True))
    elif isinstance(container, list | tuple):
        parts, rebuilds = zip(*map(arrays, container), strict=True)
        make = type(container)
    else:
        leaf = np.array(container, dtype=float)
        return [leaf], lambda flat: flat[0] if leaf.shape else float(flat[0])
    cuts = np.cumsum([0, *map(len, parts)])
    pieces = list(zip(rebuilds, cuts[:-1], cuts[1:], strict=True))
    return sum(parts, []), lambda flat: make([put(flat[start:end]) for put, start, end in pieces])


def differences(function, wrt, rest, step=1e-6):
    """Return the central differences in every element of `wrt`, as a flat list of arrays."""
    flat, put = arrays(wrt)

    def at(which, index, shift):
        moved = copy.deepcopy(flat)
        moved[which][index] += shift
        return float(function(*put(moved), *rest))

    def slope(which, index):
        return (at(which, index, step) - at(which, index, -step)) / (2 * step)

    return [
        np.array([slope(which, index) for index in np.ndindex(leaf.shape)]).reshape(leaf.shape)
        for which, leaf in enumerate(flat)
    ]


@pytest.mark.parametrize("example", notes.EXAMPLES, ids=lambda example: example.function.__name__)
def test_known_numbers_are_differences(example):
    count = len(example.gradient)
    wrt, rest = example.arguments[:count], example.arguments[count:]
    known = arrays(example.gradient)[0]
    measured = differences(example.function, wrt, rest)
    for expected, actual in zip(known, measured, strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(example.function(*example.arguments), example.value, rtol=1e-14)


def test_calculus_notes_are_right(capsys):
    assert notes.main() == 0
    assert "12 of 12 checks passed" in capsys.readouterr().out


def test_the_digits_are_learned(capsys):
    assert load("digits").main() >= 0.95
    assert "# backprop" in capsys.readouterr().out


def test_the_digits_are_learned_by_loops(capsys):
    assert load("convnet").main() >= 0.97


def test_the_hares_and_lynx_are_fitted(tmp_path, capsys):
    assert load("predator_prey").main(tmp_path) < 0.25
    printed = capsys.readouterr().out
    # The posterior means of Carpenter's analysis of the same years are 0.55, 0.028, 0.80 and 0.024.
    assert "birth of hares, a year                      0.54" in printed
    assert "death of lynx, a year                       0.79" in printed
    assert (tmp_path / "predator_prey.png").stat().st_size > 10_000


def test_the_temperatures_are_recovered(tmp_path, capsys):
    alpha_error, largest = load("heat").main(tmp_path)
    assert abs(alpha_error) < 0.02
    assert largest < 0.2
    assert (tmp_path / "heat.png").stat().st_size > 10_000


def test_recurrent_networks_forecast(tmp_path, capsys):
    errors = load("recurrent").main(tmp_path)
    assert all(errors[name] < 0.7 * errors["as this year"] for name in ("Elman", "GRU", "LSTM"))
    assert (tmp_path / "recurrent.png").stat().st_size > 10_000
