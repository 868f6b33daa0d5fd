"""The examples do what they say, and their known numbers are differences of the functions they stand for."""

import copy
import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, signal, stats

from tests.allocations import allocated

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


def allocates_nothing_in_a_turn(call):
    """Return whether a call allocates as often for 10 turns as for 30."""
    return allocated(call, 10) == allocated(call, 30)


def test_the_digits_are_learned(capsys):
    digits = load("digits")
    assert digits.main() >= 0.97
    printed = capsys.readouterr().out
    assert "    for step in range(steps):" in printed
    assert "        # backprop" in printed
    rng = np.random.default_rng(0)
    images, labels, _, _ = digits.load(rng)
    params = digits.initial(rng)
    assert allocates_nothing_in_a_turn(lambda steps: digits.train(params, images, labels, steps, 0))


def test_the_digits_are_learned_by_loops(capsys):
    assert load("convnet").main() >= 0.97


def test_new_digits_are_those_that_were_asked_for(tmp_path, capsys):
    vae = load("vae")
    params, reached, yardstick = vae.main(tmp_path, 8_000)
    assert reached < 0.9 * yardstick
    assert (tmp_path / "vae.png").stat().st_size > 10_000
    rng = np.random.default_rng(0)
    images, labels, _, _ = vae.load(rng)
    asked = np.tile(np.arange(10), 30)
    drawn = vae.decode(params, rng.normal(size=(300, vae.STYLES)), asked)
    nearest = np.argmin(np.linalg.norm(drawn[:, None] - images, axis=2), axis=1)
    assert np.mean(labels[nearest] == asked) > 0.9
    assert allocates_nothing_in_a_turn(lambda steps: vae.train(params, images, labels, steps, 0))


def given_deviation(hmc, deviation):
    """Return the density of the deviation, but for a constant, and the means of all else, given it."""
    schools = len(hmc.EFFECTS)
    common = hmc.PRIOR**2 * np.ones((1 + schools, 1 + schools))
    prior = common + np.diag([0.0, *[deviation**2] * schools])  # of the mean and the effects
    measured = prior[1:, 1:] + np.diag(hmc.ERRORS**2)
    likelihood = stats.multivariate_normal(np.zeros(schools), measured).pdf(hmc.EFFECTS)
    means = prior[:, 1:] @ np.linalg.solve(measured, hmc.EFFECTS)
    return likelihood * stats.halfcauchy(scale=hmc.PRIOR).pdf(deviation), means


def exact_means(hmc):
    """Return the posterior means of mean, deviation and effects, by integrals over the deviation."""

    def weighted(deviation):
        density, means = given_deviation(hmc, deviation)
        return density * np.array([1.0, means[0], deviation, *means[1:]])

    near, _ = integrate.quad_vec(weighted, 0.0, 30.0)
    far, _ = integrate.quad_vec(weighted, 30.0, np.inf)
    return (near + far)[1:] / (near + far)[0]


def test_the_posterior_is_that_of_the_eight_schools(tmp_path, capsys):
    hmc = load("hmc")
    exact = exact_means(hmc)
    np.testing.assert_allclose(exact, hmc.PUBLISHED, atol=4 * 0.05)
    draws = hmc.main(tmp_path)
    for which, expected in enumerate(exact):
        some = draws[..., which]
        worth = hmc.effective_size(some)
        assert worth > 10_000
        assert hmc.scale_reduction(some) < 1.01
        assert abs(np.mean(some) - expected) < 4 * np.std(some) / np.sqrt(worth)
    grid = np.linspace(0.0, 20.0, 5)
    densities = np.array([given_deviation(hmc, deviation)[0] for deviation in grid])
    np.testing.assert_allclose(hmc.density_of_deviation(grid), densities / np.sum(densities) / 5.0)
    assert (tmp_path / "hmc.png").stat().st_size > 10_000
    assert allocates_nothing_in_a_turn(lambda turns: hmc.sample(np.ones((1, 10)), 0, turns, 10))
    assert "school H" in capsys.readouterr().out


def test_draws_that_depend_on_each_other_are_worth_less():
    hmc = load("hmc")
    noise = np.random.default_rng(0).normal(size=(4, 20_000))
    chains = signal.lfilter([1.0], [1.0, -0.6], noise)  # each is 0.6 times the one before, and noise
    assert hmc.effective_size(chains) == pytest.approx(80_000 * (1 - 0.6) / (1 + 0.6), rel=0.1)
    assert hmc.effective_size(noise) == pytest.approx(80_000, rel=0.1)
    assert hmc.scale_reduction(chains + np.arange(4.0)[:, None]) > 1.2


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
