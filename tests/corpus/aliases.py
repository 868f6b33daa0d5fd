"""Programs in which one array has several names: swaps, containers, helpers and objects that change it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.corpus.program import Program
from tests.corpus.realistic import numbers


def two_names(u):
    v = u
    v[0] = 2.0 * u[1]
    w = v.copy()
    w[1] = 9.0
    return np.sum(u**2) + w[0]


def wave_equation(u, v, courant, steps):
    for _ in range(steps):
        # v is one step behind u; it is overwritten by the step ahead, then the two change names.
        for i in range(1, len(u) - 1):
            v[i] = 2.0 * u[i] - v[i] + courant * (u[i + 1] - 2.0 * u[i] + u[i - 1])
        u, v = v, u
    return np.sum(u * u)


def wave_by_slices(u, v, courant, steps):
    for _ in range(steps):
        v[1:-1] = 2.0 * u[1:-1] - v[1:-1] + courant * np.diff(u, 2)
        u, v = v, u
    return u @ u + v[1]


def jacobi_with_two_buffers(u, f, sweeps):
    new = np.copy(u)
    for _ in range(sweeps):
        for i in range(1, len(u) - 1):
            new[i] = 0.5 * (u[i - 1] + u[i + 1] + f[i])
        u, new = new, u
    return np.sum(u**2)


def fresh_array_each_turn(u, k, steps):
    for _ in range(steps):
        new = u.copy()
        new[1:] += k * u[:-1]
        new[0] = k
        u = new
    return np.sum(u**2)


def relax(field, rate):
    field[1:-1] += rate * (field[2:] - 2.0 * field[1:-1] + field[:-2])
    return field[0]


def helper_mutates_its_argument(u, rate, steps):
    flux = 0.0
    for _ in range(steps):
        flux += relax(u, rate)
        u[0] *= 0.9
    return np.sum(u**2) + flux


def arrays_in_containers(weights, decay):
    layers = [w for w in weights.values()]
    layers.append(layers[0])
    for layer in layers:
        layer *= decay
    pair = (layers[0], {"again": weights["first"]})
    pair[1]["again"][0] += 1.0
    return sum(np.sum(w**2) for w in layers)


def momentum_in_place(w, rate, steps):
    velocity = np.zeros_like(w)
    for _ in range(steps):
        gradient = 4.0 * w**3 - w
        velocity *= 0.9
        velocity -= rate * gradient
        w += velocity
    return np.sum(w**2)


def history_of_copies(u, k, steps):
    history = [u.copy()]
    for _ in range(3):
        u[1:] += k * u[:-1]
        history.append(u.copy())
    for _ in range(steps):
        u *= k
    return sum(np.sum(h * u) for h in history)


class Grid:
    def __init__(self, cells, spacing):
        self.cells, self.spacing, self.time = cells, spacing, 0.0

    def advect(self, speed, dt):
        flux = speed * self.cells
        self.cells[1:] -= dt / self.spacing * (flux[1:] - flux[:-1])
        self.time += dt

    @property
    def mass(self):
        return self.spacing * np.sum(self.cells**2)


def methods_change_an_object(cells, speed, steps):
    grid = Grid(cells, 0.5)
    for _ in range(steps):
        grid.advect(speed, 0.1)
    return grid.mass + grid.time * speed


@dataclass
class Particles:
    position: np.ndarray
    velocity: np.ndarray


def box_with_reflections(particles, gravity, steps):
    x, v = particles.position, particles.velocity
    for _ in range(steps):
        v -= 0.1 * gravity
        x += 0.1 * v
        for i in range(len(x)):
            if x[i] < 0.0:
                x[i] = -x[i]
                v[i] = -0.9 * v[i]
            elif x[i] > 1.0:
                x[i] = 2.0 - x[i]
                v[i] = -0.9 * v[i]
    return np.sum(particles.position**2) + np.sum(particles.velocity**2)


def same_array_twice_in_a_list(u, k):
    both = [u, u]
    for a in both:
        a[0] = a[0] * k + 1.0
    both[1] = both[1] * 2.0
    both[0][1] = k
    return np.sum(both[0] * both[1])


def buffer_used_again(X, w):
    scratch = np.empty(X.shape[1])
    total = 0.0
    for row in X:
        scratch[:] = row
        scratch *= w
        total += np.max(scratch) + scratch[0] ** 2
    return total


PROGRAMS = [
    Program(two_names, (numbers(4),)),
    Program(
        wave_equation,
        (numbers(6), numbers(6, seed=1), 0.3, 5),
        (0, 1, 2),
        more=((numbers(6), numbers(6, seed=1), 0.3, 0), (numbers(6), numbers(6, seed=1), 0.3, 1)),
    ),
    Program(wave_by_slices, (numbers(6), numbers(6, seed=1), 0.3, 4), (0, 1, 2)),
    Program(
        jacobi_with_two_buffers,
        (numbers(6), numbers(6, seed=1), 3),
        (0, 1),
        more=((numbers(6), numbers(6, seed=1), 0),),
    ),
    Program(fresh_array_each_turn, (numbers(4), 0.3, 4), (0, 1), more=((numbers(4), 0.3, 0),)),
    Program(helper_mutates_its_argument, (numbers(6), 0.2, 3), (0, 1), more=((numbers(6), 0.2, 0),)),
    Program(arrays_in_containers, ({"first": numbers(3), "second": numbers(2)}, 0.8), (0, 1)),
    Program(momentum_in_place, (numbers(3), 0.05, 4), (0, 1), more=((numbers(3), 0.05, 0),)),
    Program(history_of_copies, (numbers(4), 0.5, 2), (0, 1)),
    Program(methods_change_an_object, (numbers(5), 0.7, 3), (0, 1)),
    Program(
        box_with_reflections,
        (Particles(np.array([0.5, 0.1, 0.9]), np.array([1.0, -2.0, 1.5])), 1.5, 6),
        (0, 1),
    ),
    Program(same_array_twice_in_a_list, (numbers(3), 0.6), (0, 1)),
    Program(buffer_used_again, (numbers(3, 4), numbers(4, seed=1)), (0, 1)),
]
