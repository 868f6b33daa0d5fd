"""Forecast the sunspots of the next year by recurrent networks: Elman's, gated recurrent units, and LSTM.

    python examples/recurrent.py

Each cell is a time loop in which the same weights are used year after year. The gradient goes back through
all 250 years of the training series. As a yardstick: what a linear autoregression, and "as this year" reach.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from tqdm import tqdm

import bpcompiler as bp

Array: TypeAlias = NDArray[np.float64]
Parameters: TypeAlias = dict[str, Array]
Network: TypeAlias = Callable[[Parameters, Array], Array]

HERE = Path(__file__).parent
DATA = HERE / "data" / "sunspots.csv"
SCALE = 100.0
HIDDEN = 8
TRAINING = 250  # years; the others are held back
TURNS = 600


def sigmoid(x: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-x))


def elman(p: Parameters, series: Array) -> Array:
    """Return the forecast of each next year, by a cell with nothing but tanh."""
    h = np.zeros(HIDDEN)
    forecasts = np.empty(len(series))
    for t in range(len(series)):
        h = np.tanh(p["W"] @ h + p["U"] * series[t] + p["b"])
        forecasts[t] = p["out"] @ h + p["bias"][0]
    return forecasts


def gated(p: Parameters, series: Array) -> Array:
    """Return the forecasts by a gated recurrent unit (Cho et al., 2014)."""
    h = np.zeros(HIDDEN)
    forecasts = np.empty(len(series))
    for t in range(len(series)):
        inputs = p["U"] * series[t] + p["b"]
        recurrent = p["W"] @ h
        update = sigmoid(inputs[:HIDDEN] + recurrent[:HIDDEN])
        reset = sigmoid(inputs[HIDDEN : 2 * HIDDEN] + recurrent[HIDDEN : 2 * HIDDEN])
        candidate = np.tanh(inputs[2 * HIDDEN :] + reset * recurrent[2 * HIDDEN :])
        h = update * h + (1.0 - update) * candidate
        forecasts[t] = p["out"] @ h + p["bias"][0]
    return forecasts


def long_short_term_memory(p: Parameters, series: Array) -> Array:
    """Return the forecasts by a cell with a memory and three gates (Hochreiter and Schmidhuber, 1997)."""
    h, memory = np.zeros(HIDDEN), np.zeros(HIDDEN)
    forecasts = np.empty(len(series))
    for t in range(len(series)):
        gates = p["W"] @ h + p["U"] * series[t] + p["b"]
        forget, write, read = (
            sigmoid(gates[:HIDDEN]),
            sigmoid(gates[HIDDEN : 2 * HIDDEN]),
            sigmoid(gates[-HIDDEN:]),
        )
        memory = forget * memory + write * np.tanh(gates[2 * HIDDEN : 3 * HIDDEN])
        h = read * np.tanh(memory)
        forecasts[t] = p["out"] @ h + p["bias"][0]
    return forecasts


NETWORKS: dict[str, tuple[Network, int]] = {
    "Elman": (elman, 1),
    "GRU": (gated, 3),
    "LSTM": (long_short_term_memory, 4),
}


def loss(params: Parameters, network: Network, series: Array) -> float:
    """Return the mean squared error of the forecasts, and a small penalty on the weights."""
    errors = network(params, series[:-1]) - series[1:]
    return np.mean(errors**2) + 1e-4 * sum(np.sum(value**2) for value in params.values())


def initial(rng: np.random.Generator, gates: int) -> Parameters:
    """Return small weights, those of all gates in one matrix."""
    rows = gates * HIDDEN
    return {
        "W": rng.normal(size=(rows, HIDDEN)) / np.sqrt(HIDDEN),
        "U": rng.normal(size=rows),
        "b": np.zeros(rows),
        "out": rng.normal(size=HIDDEN) / np.sqrt(HIDDEN),
        "bias": np.zeros(1),
    }


def train(network: Network, params: Parameters, series: Array, name: str) -> None:
    """Change the parameters by Adam (Kingma and Ba, 2015), each turn with the whole series."""
    loss_and_gradient = bp.value_and_grad(loss)
    mean = {key: np.zeros_like(value) for key, value in params.items()}
    square = {key: np.zeros_like(value) for key, value in params.items()}
    progress = tqdm(range(1, TURNS + 1), desc=name, unit="turn")
    for turn in progress:
        value, gradient = loss_and_gradient(params, network, series)
        rate = 0.02 * (1.0 - turn / (TURNS + 1))
        for key, ct in gradient.items():
            mean[key] += 0.1 * (ct - mean[key])
            square[key] += 0.01 * (ct * ct - square[key])
            step = mean[key] / (1 - 0.9**turn) / (np.sqrt(square[key] / (1 - 0.99**turn)) + 1e-8)
            params[key] -= rate * step
    progress.set_postfix(loss=f"{value:.4f}")


def autoregression(series: Array, order: int = 9) -> Array:
    """Return the forecasts of a linear model in the last `order` years, fitted to the training years."""
    lags = np.column_stack(
        [np.ones(len(series) - order)] + [series[k : len(series) - order + k] for k in range(order)]
    )
    fitted, *_ = np.linalg.lstsq(lags[: TRAINING - order], series[order:TRAINING], rcond=None)
    return lags @ fitted


def error(forecasts: Array, series: Array) -> float:
    """Return the root mean square error in sunspots over the years that were held back."""
    held_back = len(series) - TRAINING
    return float(SCALE * np.sqrt(np.mean((forecasts[-held_back:] - series[-held_back:]) ** 2)))


def plot(years: Array, series: Array, forecasts: dict[str, Array], file: Path) -> None:
    """Save the years that were held back with the forecasts made a year before."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(years[TRAINING:], SCALE * series[TRAINING:], "o-", color="black", label="observed")
    for name, forecast in forecasts.items():
        axes.plot(years[TRAINING:], SCALE * forecast[TRAINING - len(series) :], label=name, linewidth=1)
    axes.set(xlabel="year", ylabel="sunspots", title="Forecasts made a year before, in years held back")
    axes.legend()
    figure.savefig(file, dpi=120)


def main(folder: Path = HERE) -> dict[str, float]:
    """Train the three networks, print and plot their forecasts; return the errors by name."""
    years, sunspots = np.loadtxt(DATA, delimiter=",", skiprows=2, unpack=True)
    series = sunspots / SCALE
    rng = np.random.default_rng(0)
    errors = {
        "as this year": error(series[:-1], series),
        "autoregression": error(autoregression(series), series),
    }
    forecasts = {}
    for name, (network, gates) in NETWORKS.items():
        params = initial(rng, gates)
        train(network, params, series[:TRAINING], name)
        forecasts[name] = bp.jit(network)(params, series[:-1])
        errors[name] = error(forecasts[name], series)
    held_back = len(series) - TRAINING
    print(f"\nforecasts of {held_back} years, from {years[TRAINING]:.0f} on: root mean square errors")
    for name, value in errors.items():
        print(f"{name:<16}{value:6.1f}")
    plot(years, series, forecasts, folder / "recurrent.png")
    return errors


if __name__ == "__main__":
    main()
