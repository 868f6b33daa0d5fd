"""Recover a rod's initial temperatures and its diffusivity from a few noisy thermometers.

    python examples/heat.py

The simulation is explicit finite differences in place, as in any textbook. Its gradient is compiled from it
as it stands. The noise is drawn with a fixed seed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.optimize import minimize

import bpcompiler as bp

Array: TypeAlias = NDArray[np.float64]

HERE = Path(__file__).parent
CELLS = 81
SPACING = 10  # a thermometer at each tenth cell
TIMES, EVERY = 60, 20  # readings, and steps from one to the next
NOISE = 0.02
TRUE_ALPHA = 0.32  # diffusivity * time step / cell size squared
SMOOTHNESS = 0.3


def advance(u: Array, alpha: float, steps: int) -> None:
    """Let heat flow for a number of steps, in place. The ends keep their temperatures."""
    for _ in range(steps):
        left = u[0]
        for i in range(1, len(u) - 1):
            here = u[i]
            u[i] = here + alpha * (left - 2 * here + u[i + 1])
            left = here


def simulate(u: Array, alpha: float, times: int) -> Array:
    """Return what the thermometers read: (times, thermometers). `u` is changed to the last temperatures."""
    readings = np.empty((times, len(u[::SPACING])))
    for k in range(times):
        readings[k] = u[::SPACING]
        advance(u, alpha, EVERY)
    return readings


def misfit(u: Array, log_alpha: float, readings: Array) -> float:
    """Return half the squared errors in units of the noise, and a penalty on curvature."""
    penalty = SMOOTHNESS * np.sum((u[2:] - 2 * u[1:-1] + u[:-2]) ** 2)
    errors = simulate(u, np.exp(log_alpha), len(readings)) - readings
    return 0.5 * (np.sum(errors**2) + penalty) / NOISE**2


def recover(readings: Array) -> tuple[Array, float]:
    """Return the temperatures and the diffusivity that explain the readings best."""
    value_and_gradient = bp.value_and_grad(misfit, argnums=(0, 1))

    def objective(x: Array) -> tuple[float, Array]:
        value, (du, dlog_alpha) = value_and_gradient(x[:-1], float(x[-1]), readings)
        return value, np.append(du, dlog_alpha)

    start = np.append(np.interp(range(CELLS), range(0, CELLS, SPACING), readings[0]), np.log(0.1))
    options = {"maxiter": 2000, "maxfun": 4000, "maxcor": 30}
    result = minimize(objective, start, jac=True, method="L-BFGS-B", options=options)
    print(f"{result.nit} iterations, {result.nfev} gradients of {TIMES * EVERY} steps over {CELLS} cells")
    return result.x[:-1], float(np.exp(result.x[-1]))


def initial_temperatures() -> Array:
    """Return the truth: a warm bump and a cold one, which are nearly gone when the readings end."""
    x = np.linspace(0.0, 1.0, CELLS)
    return 0.3 * x + np.exp(-(((x - 0.3) / 0.12) ** 2)) - 0.7 * np.exp(-(((x - 0.72) / 0.09) ** 2))


def plot(truth: Array, found: Array, readings: Array, fitted: Array, file: Path) -> None:
    """Save the temperatures at the start, and the readings with the curves through them."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    start, course = figure.subplots(1, 2)
    places = np.arange(CELLS)
    start.plot(places, truth, color="black", label="true")
    start.plot(places, found, "--", color="tab:red", label="recovered")
    start.plot(places[::SPACING], readings[0], "o", color="tab:blue", label="first readings")
    start.set(xlabel="cell", ylabel="temperature", title="at the start")
    start.legend()
    time = EVERY * np.arange(TIMES)
    for which in range(1, readings.shape[1] - 1):
        (line,) = course.plot(time, fitted[:, which], label=f"cell {which * SPACING}")
        course.plot(time, readings[:, which], ".", color=line.get_color(), markersize=3)
    course.set(xlabel="step", ylabel="temperature", title="thermometers: readings and fit")
    course.legend(ncols=2, fontsize="small")
    figure.savefig(file, dpi=120)


def main(folder: Path = HERE) -> tuple[float, float]:
    """Recover, print and plot; return the diffusivity's relative error and the temperatures' largest."""
    truth = initial_temperatures()
    noise = NOISE * np.random.default_rng(0).normal(size=(TIMES, len(truth[::SPACING])))
    readings = simulate(truth.copy(), TRUE_ALPHA, TIMES) + noise
    found, alpha = recover(readings)
    fitted = simulate(found.copy(), alpha, TIMES)
    alpha_error = alpha / TRUE_ALPHA - 1.0
    largest = float(np.max(np.abs(found - truth)))
    print(f"diffusivity: {alpha:.4f} instead of {TRUE_ALPHA}, {alpha_error:+.1%}")
    print(f"initial temperatures: off by {largest:.3f} at most; the noise is {NOISE}")
    plot(truth, found, readings, fitted, folder / "heat.png")
    return alpha_error, largest


if __name__ == "__main__":
    main()
