"""Fit Lotka and Volterra's equations to the pelts of hares and lynx that the Hudson's Bay Company collected.

    python examples/predator_prey.py

The model is a plain loop: Runge and Kutta's steps between the years. Its gradient, in four rates and two
initial populations, is compiled from it as it stands and handed to SciPy.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, minimize

import bpcompiler as bp

Array: TypeAlias = NDArray[np.float64]

HERE = Path(__file__).parent
DATA = HERE / "data" / "hudson_bay.csv"
STEPS = 20  # a year
NAMES = (
    "birth of hares, a year",
    "hares eaten, a year and a thousand lynx",
    "death of lynx, a year",
    "lynx fed, a year and a thousand hares",
    "hares in 1900, thousands",
    "lynx in 1900, thousands",
)
START = np.log([0.5, 0.025, 0.8, 0.025, 30.0, 4.0])


def rates(theta: Array, hares: float, lynx: float) -> tuple[float, float]:
    """Return the growth of both populations, a year."""
    return (theta[0] - theta[1] * lynx) * hares, (theta[3] * hares - theta[2]) * lynx


def step(theta: Array, hares: float, lynx: float, dt: float) -> tuple[float, float]:
    """Return both populations a time `dt` later, by Runge and Kutta's formula of fourth order."""
    h1, l1 = rates(theta, hares, lynx)
    h2, l2 = rates(theta, hares + 0.5 * dt * h1, lynx + 0.5 * dt * l1)
    h3, l3 = rates(theta, hares + 0.5 * dt * h2, lynx + 0.5 * dt * l2)
    h4, l4 = rates(theta, hares + dt * h3, lynx + dt * l3)
    hares += dt / 6 * (h1 + 2 * h2 + 2 * h3 + h4)
    lynx += dt / 6 * (l1 + 2 * l2 + 2 * l3 + l4)
    return hares, lynx


def simulate(theta: Array, years: int) -> Array:
    """Return both populations at the start of each year: (years, 2)."""
    populations = np.empty((years, 2))
    hares, lynx = theta[4], theta[5]
    for year in range(years):
        populations[year, 0] = hares
        populations[year, 1] = lynx
        for _ in range(STEPS):
            hares, lynx = step(theta, hares, lynx, 1 / STEPS)
    return populations


def misfit(log_theta: Array, pelts: Array) -> float:
    """Return the sum of squared errors of the logarithms: a pelt more matters less where there are many."""
    populations = simulate(np.exp(log_theta), len(pelts))
    return np.sum((np.log(populations) - np.log(pelts)) ** 2)


def fit(pelts: Array) -> OptimizeResult:
    """Return SciPy's result; its `x` are the logarithms of the six numbers."""
    value_and_gradient = bp.value_and_grad(misfit)
    return minimize(
        lambda x: value_and_gradient(x, pelts), START, jac=True, method="BFGS", options={"gtol": 1e-6}
    )


def path(theta: Array, years: int) -> Array:
    """Return both populations at each step, for a smooth curve: (steps, 2)."""
    states = [(theta[4], theta[5])]
    for _ in range(STEPS * (years - 1)):
        states.append(step(theta, *states[-1], 1 / STEPS))
    return np.array(states)


def plot(years: Array, pelts: Array, theta: Array, file: Path) -> None:
    """Save the pelts and the model's populations, over the years and against each other."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    over_time, cycle = figure.subplots(1, 2, width_ratios=(2, 1))
    model = path(theta, len(years))
    time = np.linspace(years[0], years[-1], len(model))
    for column, (name, colour) in enumerate((("hare", "tab:blue"), ("lynx", "tab:red"))):
        over_time.plot(years, pelts[:, column], "o", color=colour, label=f"{name}, pelts")
        over_time.plot(time, model[:, column], color=colour, label=f"{name}, model")
    over_time.set(xlabel="year", ylabel="thousands", xticks=range(1900, 1921, 5))
    over_time.legend()
    cycle.plot(pelts[:, 0], pelts[:, 1], "o", color="tab:gray", label="pelts")
    cycle.plot(model[:, 0], model[:, 1], color="black", label="model")
    cycle.set(xlabel="hares, thousands", ylabel="lynx, thousands")
    cycle.legend()
    figure.savefig(file, dpi=120)


def main(folder: Path = HERE) -> float:
    """Fit, print the fit, save the plot, and return the typical error: a factor's logarithm."""
    years, *columns = np.loadtxt(DATA, delimiter=",", skiprows=3, unpack=True)
    pelts = np.column_stack(columns)
    result = fit(pelts)
    theta = np.exp(result.x)
    error = float(np.sqrt(result.fun / pelts.size))

    print(f"{result.nit} iterations, {result.nfev} gradients, {len(years)} years of {STEPS} steps\n")
    for name, value in zip(NAMES, theta, strict=True):
        print(f"{name:<42}{value:8.4f}")
    print("\nyear      hares  model       lynx  model")
    for year, seen, model in zip(years, pelts, simulate(theta, len(years)), strict=True):
        print(f"{year:.0f}{seen[0]:11.1f}{model[0]:7.1f}{seen[1]:11.1f}{model[1]:7.1f}")
    print(f"\ntypical error: a factor of {np.exp(error):.2f}")
    plot(years, pelts, theta, folder / "predator_prey.png")
    return error


if __name__ == "__main__":
    main()
