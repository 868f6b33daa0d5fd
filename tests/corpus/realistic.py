"""Small programs as people write them: statistics, finance, physics."""

from __future__ import annotations

import itertools
import math
from collections import namedtuple
from dataclasses import dataclass

import numpy as np

from tests.corpus.program import Program

RATES = {"short": 0.02, "long": 0.035, "spread": {"a": 0.01, "b": 0.015}}
QUADRATURE = [
    (-0.7745966692414834, 0.5555555555555556),
    (0.0, 0.8888888888888888),
    (0.7745966692414834, 0.5555555555555556),
]
DATA = np.array([[0.5, 1.2, -0.3], [1.5, -0.7, 0.8], [-1.1, 0.4, 0.9], [0.3, 0.3, -1.4]])


# ------------------------------------------------------------------ statistics


def log_likelihood_of_normals(params, data):
    mu, log_sigma = params["mu"], params["log_sigma"]
    sigma = math.exp(log_sigma)

    def log_pdf(x):
        z = (x - mu) / sigma
        return -0.5 * z * z - math.log(sigma) - 0.5 * math.log(2 * math.pi)

    return -sum(log_pdf(x) for x in data) / len(data)


def logistic_regression(w, b, features, labels, *, l2=0.1):
    logits = features @ w + b
    losses = np.logaddexp(0.0, logits) - labels * logits
    return losses.mean() + l2 * np.sum(w**2)


def poisson_regression(beta, x, counts):
    rate = np.exp(np.clip(x @ beta, -20.0, 20.0))
    return np.sum(rate - counts * np.log(rate + 1e-12))


def huber(residuals, delta=1.0):
    r = np.abs(residuals)
    return np.where(r <= delta, 0.5 * r**2, delta * (r - 0.5 * delta))


def robust_fit(theta, x, y):
    slope, intercept = theta
    return huber(y - (slope * x + intercept)).mean()


def weighted_moments(values, weights):
    total = sum(weights)
    normalised = [w / total for w in weights]
    mean = sum(w * v for w, v in zip(normalised, values, strict=True))
    variance = sum(w * (v - mean) ** 2 for w, v in zip(normalised, values, strict=True))
    skewness = sum(w * (v - mean) ** 3 for w, v in zip(normalised, values, strict=True)) / variance**1.5
    return mean + variance + 0.1 * skewness


def autoregression(phi, series):
    errors = []
    for t in range(2, len(series)):
        prediction = phi[0] + phi[1] * series[t - 1] + phi[2] * series[t - 2]
        errors.append((series[t] - prediction) ** 2)
    return sum(errors) / len(errors)


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()


def entropy_of_a_softmax(z, temperature=2.0):
    p = softmax(z / temperature)
    return -np.sum(p * np.log(p))


def kalman_filter(q, r, observations):
    mean, variance, loss = 0.0, 1.0, 0.0
    for y in observations:
        variance = variance + q
        gain = variance / (variance + r)
        innovation = y - mean
        loss += 0.5 * math.log(variance + r) + 0.5 * innovation**2 / (variance + r)
        mean, variance = mean + gain * innovation, (1.0 - gain) * variance
    return loss


# ------------------------------------------------------------------ finance


def bond_price(y, *, coupon=0.05, years=5, face=100.0):
    cash_flows = [coupon * face] * (years - 1) + [coupon * face + face]
    return sum(c / (1 + y) ** t for t, c in enumerate(cash_flows, start=1))


@dataclass
class Option:
    strike: float
    expiry: float
    kind: str = "call"

    def __post_init__(self):
        if self.kind not in ("call", "put"):
            raise ValueError(f"unknown kind {self.kind!r}")

    @property
    def sign(self):
        return 1.0 if self.kind == "call" else -1.0

    def price(self, spot, volatility, rate=RATES["short"]):
        sd = volatility * math.sqrt(self.expiry)
        d1 = (math.log(spot / self.strike) + (rate + 0.5 * volatility**2) * self.expiry) / sd
        d2 = d1 - sd
        discount = math.exp(-rate * self.expiry)
        return self.sign * (spot * cdf(self.sign * d1) - self.strike * discount * cdf(self.sign * d2))


def cdf(x):
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


def straddle(spot, volatility):
    legs = [Option(100.0, 0.5, kind) for kind in ("call", "put")]
    return sum(leg.price(spot, volatility) for leg in legs)


def portfolio_variance(weights, volatilities, rho):
    n = len(weights)
    total = 0.0
    for i, j in itertools.product(range(n), repeat=2):
        correlation = 1.0 if i == j else rho
        total += weights[i] * weights[j] * correlation * volatilities[i] * volatilities[j]
    return math.sqrt(total)


def discounting_by_name(x, curve):
    rate = RATES[curve] if curve in RATES else RATES["spread"][curve]
    spread = RATES["spread"].get("c", 0.0) + RATES["spread"]["a"]
    return x * math.exp(-(rate + spread) * x)


def binomial_tree(spot, volatility, steps=3):
    dt = 1.0 / steps
    up = math.exp(volatility * math.sqrt(dt))
    down = 1.0 / up
    p = (math.exp(0.02 * dt) - down) / (up - down)
    values = [max(spot * up**k * down ** (steps - k) - 100.0, 0.0) for k in range(steps + 1)]
    while len(values) > 1:
        values = [math.exp(-0.02 * dt) * (p * hi + (1 - p) * lo) for lo, hi in itertools.pairwise(values)]
    return values[0]


# ------------------------------------------------------------------ physics


class Vector:
    """Three numbers with the operators that one expects."""

    def __init__(self, x, y, z=0.0):
        self.x, self.y, self.z = x, y, z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return self + other * -1.0

    def __mul__(self, scale):
        return Vector(self.x * scale, self.y * scale, self.z * scale)

    __rmul__ = __mul__

    def __iter__(self):
        return iter((self.x, self.y, self.z))

    def __abs__(self):
        return math.sqrt(self @ self)

    def __matmul__(self, other):
        return sum(a * b for a, b in zip(self, other, strict=True))

    def __getitem__(self, index):
        return (self.x, self.y, self.z)[index]


Body = namedtuple("Body", "mass position")


def gravitational_energy(masses, x, y):
    bodies = [Body(m, Vector(*p)) for m, p in zip(masses, zip(x, y, strict=True), strict=True)]
    energy = 0.0
    for one, other in itertools.combinations(bodies, 2):
        energy -= one.mass * other.mass / abs(one.position - other.position)
    return energy


def angle_between(a, b):
    u, v = Vector(*a), Vector(*b)
    return math.acos((u @ v) / (abs(u) * abs(v))) + 0.5 * (2.0 * u)[0]


def pendulum(theta, omega, dt=0.05, steps=6):
    def acceleration(angle, *, g=9.81, length=1.5):
        return -g / length * math.sin(angle)

    for _ in range(steps):
        omega += 0.5 * dt * acceleration(theta)
        theta += dt * omega
        omega += 0.5 * dt * acceleration(theta, length=1.5)
    return theta**2 + 0.1 * omega**2


def runge_kutta(f, y, t, h):
    k1 = f(t, y)
    k2 = f(t + h / 2, [a + h / 2 * b for a, b in zip(y, k1, strict=True)])
    k3 = f(t + h / 2, [a + h / 2 * b for a, b in zip(y, k2, strict=True)])
    k4 = f(t + h, [a + h * b for a, b in zip(y, k3, strict=True)])
    return [a + h / 6 * (b + 2 * c + 2 * d + e) for a, b, c, d, e in zip(y, k1, k2, k3, k4, strict=True)]


def predators_and_prey(rates, start):
    alpha, beta, delta, gamma = rates

    def flow(t, y):
        prey, predators = y
        return [alpha * prey - beta * prey * predators, delta * prey * predators - gamma * predators]

    state, t = list(start), 0.0
    for _ in range(2):
        state = runge_kutta(flow, state, t, 0.1)
        t += 0.1
    return state[0] - 0.5 * state[1]


def spring_chain(x, stiffness):
    stretch = np.diff(x) - 1.0
    return 0.5 * np.sum(stiffness * stretch**2) + np.dot(x, x) / 2


def van_der_waals(volume, temperature, gas="argon"):
    constants = {"argon": (1.355, 0.03201), "helium": (0.0346, 0.0238)}
    match gas:
        case "argon" | "helium":
            a, b = constants[gas]
        case _:
            raise KeyError(gas)
    return 0.0831 * temperature / (volume - b) - a / volume**2


def snell(angle, indices):
    assert len(indices) >= 2, "at least two media"
    for n1, n2 in zip(indices, indices[1:]):  # noqa: B905 - as users do
        angle = math.asin(n1 / n2 * math.sin(angle))
    return angle


def quadrature(a, b, power=2):
    middle, half = (a + b) / 2, (b - a) / 2
    return half * sum(w * math.exp(-(abs(middle + half * t) ** power)) for t, w in QUADRATURE)


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


PROGRAMS = [
    Program(log_likelihood_of_normals, ({"mu": 0.3, "log_sigma": -0.2}, [0.5, 1.5, -0.3])),
    Program(logistic_regression, (numbers(3), 0.1, DATA, np.array([0.0, 1.0, 1.0, 0.0])), (0, 1)),
    Program(poisson_regression, (numbers(3) * 0.3, DATA, np.array([1.0, 0.0, 2.0, 3.0]))),
    Program(robust_fit, ((0.5, -0.2), numbers(6), numbers(6, seed=1) * 2)),
    Program(weighted_moments, ([0.5, 1.5, -0.3], [1.0, 2.0, 3.0]), (0, 1)),
    Program(autoregression, ((0.1, 0.5, -0.2), numbers(7))),
    Program(entropy_of_a_softmax, (numbers(4),)),
    Program(kalman_filter, (0.2, 0.5, (0.3, 0.5, -0.2)), (0, 1)),
    Program(bond_price, (0.04,), kwargs={"years": 4}),
    Program(straddle, (95.0, 0.25), (0, 1)),
    Program(portfolio_variance, ([0.5, 0.3, 0.2], [0.2, 0.15, 0.3], 0.4), (0, 1, 2)),
    Program(discounting_by_name, (2.0, "b")),
    Program(binomial_tree, (102.0, 0.3), (0, 1)),
    Program(gravitational_energy, ([1.0, 2.0, 0.5], [0.0, 1.0, -1.0], [0.5, -0.5, 1.0]), (0, 1, 2)),
    Program(angle_between, ((1.0, 0.5, 0.2), (0.3, 0.8, -0.4)), (0, 1)),
    Program(pendulum, (0.4, 0.1), (0, 1)),
    Program(predators_and_prey, ((1.1, 0.4, 0.1, 0.4), (10.0, 5.0)), (0, 1)),
    Program(spring_chain, (numbers(5), np.full(4, 2.0)), (0, 1)),
    Program(van_der_waals, (2.5, 300.0), (0, 1)),
    Program(snell, (0.4, (1.0, 1.33, 1.5)), (0, 1)),
    Program(quadrature, (0.2, 1.5), (0, 1)),
]
