"""Losses as sums over data points, one turn a point: the reverse of a turn needs nothing but the turn."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.program import Program
from tests.corpus.realistic import numbers

POINTS = numbers(5, 3, seed=2)
SIGNS = np.array([1.0, -1.0, -1.0, 1.0, -1.0])
EVENTS = np.array([2.0, 0.0, 1.0, 3.0])
TIMES = np.array([0.3, 1.1, 0.7, 2.0])


def logistic_by_rows(w, bias, points, signs, strength=0.1):
    loss = 0.0
    for n in range(len(points)):
        score = bias
        for j in range(len(w)):
            score += w[j] * points[n, j]
        loss += math.log(1.0 + math.exp(-signs[n] * score))
    return loss / len(points) + strength * np.sum(w**2)


def squared_hinge_by_branches(w, points, signs):
    loss = 0.0
    for n, point in enumerate(points):
        margin = 1.0 - signs[n] * (point @ w)
        if margin > 0.0:
            loss += margin * margin
        elif margin < -2.0:
            loss += math.exp(margin)
    return loss


def events_and_times(rate, shape, events, times):
    # Two likelihoods of one parameter, of counts and of waiting times.
    counted = 0.0
    for n in events:
        counted += n * math.log(rate) - rate
    waited = 0.0
    for t in times:
        waited += math.log(shape * rate) + (shape - 1.0) * math.log(rate * t) - (rate * t) ** shape
    return -(counted + waited)


def density_of_neighbours(points, width):
    # The inner sum is read after its loop: its reverse is a loop of its own, in the same turn.
    total = 0.0
    for i in range(len(points)):
        density = 0.0
        for j in range(len(points)):
            if j != i:
                density += math.exp(-np.sum((points[i] - points[j]) ** 2) / width)
        total += math.log(density + 0.1)
    return total


def scaled_by_its_own_size(x, w):
    # The cotangent of the sum is known only after it.
    total = 0.0
    for value in x:
        total += math.tanh(w * value)
    return total * total


def events_until_the_first_late_one(rate, events, times):
    loss = 0.0
    for n in range(len(times)):
        if times[n] > 1.5:
            break
        loss -= events[n] * math.log(rate * times[n]) - rate * times[n]
    return loss


def series_until_terms_are_small(x, scale, small):
    # log(1 + x) for small x, by its series; the powers are of the user's own.
    total, n = 0.0, 1
    while n < 30 and abs(x**n / n) > small:
        total -= scale * (-x) ** n / n
        n += 1
    return total


PROGRAMS = [
    Program(
        logistic_by_rows,
        (numbers(3), 0.2, POINTS, SIGNS),
        (0, 1),
        more=((numbers(3), 0.2, POINTS[:1], SIGNS[:1]), (numbers(0), 0.2, POINTS[:, :0], SIGNS)),
    ),
    Program(
        squared_hinge_by_branches,
        (numbers(3), POINTS, SIGNS),
        more=((8.0 * numbers(3), POINTS, SIGNS), (numbers(3), POINTS[:0], SIGNS[:0])),
    ),
    Program(
        events_and_times,
        (0.8, 1.4, EVENTS, TIMES),
        (0, 1),
        more=((0.8, 1.4, EVENTS[:0], TIMES), (0.8, 1.4, EVENTS, TIMES[:0])),
    ),
    Program(
        events_until_the_first_late_one,
        (0.8, EVENTS, TIMES),
        (0, 2),
        more=((0.8, EVENTS, TIMES[::-1].copy()), (0.8, EVENTS, TIMES[:3]), (0.8, EVENTS[:0], TIMES[:0])),
    ),
    Program(
        series_until_terms_are_small,
        (0.3, 1.5, 1e-6),
        (0, 1),
        more=((0.9, 1.5, 1e-6), (0.3, 1.5, 0.4)),
    ),
    Program(density_of_neighbours, (POINTS, 0.7), (0, 1), more=((POINTS[:1], 0.7), (POINTS[:0], 0.7))),
    Program(scaled_by_its_own_size, (EVENTS, 0.4), (0, 1), more=((EVENTS[:0], 0.4),)),
]
