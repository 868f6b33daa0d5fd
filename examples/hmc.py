"""Sample a posterior by Hamiltonian Monte Carlo: eight schools, all chains in one compiled loop.

    python examples/hmc.py

Eight schools coached their pupils for a test, and each measured the effect, with a known standard error
(Rubin, "Estimation in parallel randomized experiments", 1981; Gelman et al., "Bayesian Data Analysis", 3rd
edition, section 5.5). The effects come from a normal distribution, whose mean and standard deviation are
asked for.

From a random momentum, a turn follows the gradient of the log posterior by leapfrogs, and accepts where that
leads or stays (Neal, "MCMC using Hamiltonian dynamics", 2011). Turns that warm up choose the step by dual
averaging (Hoffman and Gelman, "The No-U-Turn Sampler", 2014, section 3.2).
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import NamedTuple, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

import bpcompiler as bp

Array: TypeAlias = NDArray[np.float64]
Key: TypeAlias = tuple[int, int]

HERE = Path(__file__).parent
EFFECTS = np.array([28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0])
ERRORS = np.array([15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0])
PRIOR = 5.0  # the scale of both priors: normal for the mean, half Cauchy for the deviation

CHAINS, WARM_UP, TURNS = 4, 1_000, 10_000
SEED = 1981
LONGEST = 10  # leapfrogs in a turn, at most
ACCEPTED = 0.8  # of the turns, is what the step is chosen for

NAMES = ["mean", "deviation", *(f"school {name}" for name in "ABCDEFGH")]
# The means of posteriordb's reference draws, by Stan (github.com/stan-dev/posteriordb, the posterior
# "eight_schools-eight_schools_noncentered"); their standard errors are 0.03, those of schools 0.05.
PUBLISHED = [4.411, 3.602, 6.151, 4.940, 3.906, 4.796, 3.614, 4.051, 6.317, 4.884]


class Pace(NamedTuple):
    """A step, the average of the logarithms of steps, and how far too few turns were accepted."""

    step: float
    average: float
    shortfall: float


class Samples(NamedTuple):
    """The positions (chains, turns, 10) after warming up, and of each chain its step and what it accepted."""

    positions: Array
    steps: Array
    accepted: Array


# ------------------------------------------------------------------ the model


def unpack(position: Array) -> Array:
    """Return the mean, the deviation and the schools' effects, of ten numbers of about unit scale."""
    mean, deviation = PRIOR * position[..., :1], np.exp(position[..., 1:2])
    return np.concatenate([mean, deviation, mean + deviation * position[..., 2:]], axis=-1)


def log_posterior(position: Array) -> float:
    """Return the log density of a position, but for a constant. Its last term is due to the logarithm."""
    mean, log_deviation, standardised = PRIOR * position[0], position[1], position[2:]
    deviation = np.exp(log_deviation)
    misfit = (EFFECTS - (mean + deviation * standardised)) / ERRORS
    half_cauchy = -np.log1p((deviation / PRIOR) ** 2)
    normal = -0.5 * (position[0] ** 2 + np.sum(standardised**2))
    return -0.5 * np.sum(misfit**2) + normal + half_cauchy + log_deviation


# ------------------------------------------------------------------ the sampler


def leapfrog(position: Array, momentum: Array, step: float, count: int) -> tuple[Array, Array]:
    """Return position and momentum after some steps along the momentum, which the gradient turns."""
    gradient = bp.grad(log_posterior)
    momentum = momentum + 0.5 * step * gradient(position)
    for _ in range(count):
        position = position + step * momentum
        momentum = momentum + step * gradient(position)
    return position, momentum - 0.5 * step * gradient(position)


def turn(position: Array, step: float, key: Key) -> tuple[Array, float]:
    """Return the next position of a chain, and the chance that it had to move."""
    momentum = bp.random.normal(key, size=len(position))
    there, then = leapfrog(position, momentum, step, bp.random.integers(key, 1, LONGEST, endpoint=True))
    kinetic = 0.5 * (then @ then - momentum @ momentum)
    gain = log_posterior(there) - log_posterior(position) - kinetic
    chance = np.exp(min(gain, 0.0)) if gain > -np.inf else 0.0
    return np.where(bp.random.uniform(key) < chance, there, position), chance


def adapted(pace: Pace, chance: float, count: int) -> Pace:
    """Return the pace after so many turns: the more were accepted, the longer the step."""
    shortfall = pace.shortfall + (ACCEPTED - chance - pace.shortfall) / (count + 10)
    log_step = -np.sqrt(count) / 0.05 * shortfall
    average = pace.average + count**-0.75 * (log_step - pace.average)
    return Pace(np.exp(log_step), average, shortfall)


@bp.jit
def sample(starts: Array, seed: int, turns: int, warm_up: int) -> Samples:
    """Return samples of chains from these starts."""
    positions = np.empty((len(starts), turns, starts.shape[1]))
    steps, accepted = np.empty(len(starts)), np.zeros(len(starts))
    for chain in range(len(starts)):
        position, pace = starts[chain], Pace(0.1, 0.0, 0.0)
        for t in range(warm_up + turns):
            step = pace.step if t < warm_up else np.exp(pace.average)
            position, chance = turn(position, step, (seed, chain * (warm_up + turns) + t))
            if t < warm_up:
                pace = adapted(pace, chance, t + 1)
            else:
                positions[chain, t - warm_up] = position
                accepted[chain] += chance / turns
        steps[chain] = np.exp(pace.average)
    return Samples(positions, steps, accepted)


# ------------------------------------------------------------------ how good the samples are


def in_halves(draws: Array) -> Array:
    """Return the halves of chains as chains: (chains, turns) -> (2 chains, turns / 2)."""
    return draws.reshape(2 * len(draws), -1)


def variances(chains: Array) -> tuple[float, float]:
    """Return the variance within chains, and what it is estimated to be of all draws together."""
    within = float(np.mean(np.var(chains, axis=1, ddof=1)))
    between = float(np.var(np.mean(chains, axis=1), ddof=1))
    return within, within * (1 - 1 / chains.shape[1]) + between


def scale_reduction(draws: Array) -> float:
    """Return R-hat: 1 where the halves of chains are as one (Bayesian Data Analysis, 11.4)."""
    within, overall = variances(in_halves(draws))
    return float(np.sqrt(overall / within))


def effective_size(draws: Array) -> float:
    """Return how many independent draws would say as much (Bayesian Data Analysis, 11.5)."""
    chains = in_halves(draws)
    _, overall = variances(chains)

    def correlation(lag: int) -> float:
        return 1.0 - float(np.mean((chains[:, lag:] - chains[:, :-lag]) ** 2)) / (2 * overall)

    total = correlation(1)
    for lag in range(2, chains.shape[1] - 1, 2):
        two = correlation(lag) + correlation(lag + 1)
        if two < 0.0:
            break
        total += two
    return chains.size / (1.0 + 2.0 * total)


def density_of_deviation(deviation: Array) -> Array:
    """Return the exact posterior density at an even grid: given the deviation, all else is normal."""
    spread = ERRORS**2 + deviation[:, None] ** 2
    precision = PRIOR**-2 + np.sum(1 / spread, axis=1)
    mean = np.sum(EFFECTS / spread, axis=1) / precision
    misfit = np.sum(EFFECTS**2 / spread, axis=1) - precision * mean**2
    log_density = -0.5 * (np.sum(np.log(spread), axis=1) + np.log(precision) + misfit)
    density = np.exp(log_density) / (1 + (deviation / PRIOR) ** 2)
    return density / (np.sum(density) * (deviation[1] - deviation[0]))


# ------------------------------------------------------------------ what is shown


def report(draws: Array) -> None:
    """Print of each quantity what its draws say, and how much they are worth."""
    print(f"{'':12}{'mean':>7}{'deviation':>11}{'R-hat':>8}{'effective':>11}{'by Stan':>9}")
    for which, (name, published) in enumerate(zip(NAMES, PUBLISHED, strict=True)):
        some = draws[..., which]
        worth = f"{scale_reduction(some):8.4f}{effective_size(some):11,.0f}"
        print(f"{name:12}{np.mean(some):7.2f}{np.std(some):11.2f}{worth}{published:9.2f}")


def plot_deviation(axes: Axes, deviations: Array) -> None:
    """Draw the posterior density of the deviation, and the exact one."""
    grid = np.linspace(0.0, 20.0, 401)
    axes.hist(deviations, bins=80, range=(0, 20), density=True, color="lightsteelblue", label="draws")
    axes.plot(grid, density_of_deviation(grid), color="black", label="exact")
    axes.set(xlabel="deviation of the effects", ylabel="posterior density", title="how much schools differ")
    axes.legend()


def plot_schools(axes: Axes, mean: float, effects: Array) -> None:
    """Draw what each school measured, and beside it what is to be believed of it."""
    places = np.arange(len(EFFECTS))
    axes.errorbar(places - 0.12, EFFECTS, ERRORS, fmt="o", color="silver", label="measured")
    for share, width in ((0.9, 1.5), (0.5, 4.0)):
        low, high = np.quantile(effects, [0.5 - share / 2, 0.5 + share / 2], axis=0)
        axes.vlines(places + 0.12, low, high, color="tab:blue", linewidth=width)
    label = "posterior: mean, 50 % and 90 %"
    axes.plot(places + 0.12, np.mean(effects, axis=0), "o", color="tab:blue", label=label)
    axes.axhline(mean, color="tab:blue", linewidth=0.5)
    axes.set_xticks(places, list("ABCDEFGH"))
    axes.set(xlabel="school", ylabel="effect of coaching", title="what schools measured, and what to believe")
    axes.legend()


def plot(draws: Array, file: Path) -> None:
    """Save the deviation's density and the schools' effects."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    flat = draws.reshape(-1, draws.shape[-1])
    plot_deviation(left, flat[:, 1])
    plot_schools(right, float(np.mean(flat[:, 0])), flat[:, 2:])
    figure.savefig(file, dpi=120)


def main(folder: Path = HERE, turns: int = TURNS) -> Array:
    """Sample, print and plot; return the draws (chains, turns, 10) of mean, deviation and effects."""
    starts = np.random.default_rng(SEED).normal(size=(CHAINS, len(NAMES)))
    sample(starts, SEED, 2, 2)  # compiles
    started = perf_counter()
    samples = sample(starts, SEED, turns, WARM_UP)
    seconds = perf_counter() - started
    print(f"{CHAINS} chains of {WARM_UP + turns:,} turns in {1000 * seconds:.0f} ms")
    for chain in range(CHAINS):
        print(f"chain {chain}: step {samples.steps[chain]:.3f}, accepted {samples.accepted[chain]:.0%}")
    draws = unpack(samples.positions)
    report(draws)
    plot(draws, folder / "hmc.png")
    return draws


if __name__ == "__main__":
    main()
