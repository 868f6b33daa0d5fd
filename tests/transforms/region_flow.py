"""Programs of branches and loops, by hand; each with the Python function that it is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.transforms.region_case import SIZES, Region, numbers, vectors
from tests.transforms.region_writing import Code


def product() -> Region:
    def reference(x: Any) -> Any:
        s = 1.0
        for i in range(len(x)):
            s = s * x[i]
        return s

    code = Code()
    x = code.array("x", "n")

    def body(i: Any, s: Any) -> Any:
        with code.line("s = s * x[i]"):
            return [(s * x[i]).named("s")]

    with code.line("for i in range(len(x)):"):
        (s,) = code.for_(0, x.len(), [code.number(1.0)], body)
    return Region(code.finish("product", s.named("s")), reference, vectors)


def heat() -> Region:
    def reference(u: Any, alpha: Any, steps: Any, observed: Any) -> Any:
        u = u.copy()
        for _ in range(steps):
            left = u[0]
            for i in range(1, len(u) - 1):
                here = u[i]
                u[i] = here + alpha * (left - 2 * here + u[i + 1])
                left = here
        return np.sum((u - observed) ** 2)

    code = Code()
    u, alpha, steps = code.array("u", "n"), code.float("alpha"), code.int("steps")
    observed = code.array("observed", "n")

    def inner(i: Any, u: Any, left: Any) -> Any:
        with code.line("here = u[i]"):
            here = u[i].named("here")
        with code.line("u[i] = here + alpha * (left - 2 * here + u[i + 1])"):
            u = u.with_(i, here + alpha * (left - 2 * here + u[i + 1]))
        return [u.named("u"), here]

    def outer(t: Any, u: Any) -> Any:
        with code.line("left = u[0]"):
            left = u[0].named("left")
        with code.line("for i in range(1, len(u) - 1):"):
            u, left = code.for_(1, u.len() - 1, [u, left], inner)
        return [u.named("u")]

    with code.line("for t in range(steps):"):
        (u,) = code.for_(0, steps, [u], outer)
    with code.line("return np.sum((u - observed) ** 2)"):
        loss = code.call("square", u - observed).sum()
    samples = tuple(
        (numbers(n, seed=n), 0.2, steps, numbers(n, seed=9)) for n, steps in ((2, 3), (3, 0), (3, 1), (6, 4))
    )
    return Region(code.finish("heat", loss), reference, samples, (0, 1))


def newton() -> Region:
    def reference(a: Any) -> Any:
        x = a
        while abs(x * x - a) > 1e-10:
            x = 0.5 * (x + a / x)
        return x

    code = Code()
    a = code.float("a")

    def test(x: Any) -> Any:
        with code.line("while abs(x * x - a) > 1e-10:"):
            return [code.call("abs", x * x - a) > 1e-10]

    def body(x: Any) -> Any:
        with code.line("x = 0.5 * (x + a / x)"):
            return [(0.5 * (x + a / x)).named("x")]

    (x,) = code.while_([a], test, body)
    return Region(code.finish("newton", x.named("x")), reference, ((1.0,), (2.0,), (9.5,)))


def branch() -> Region:
    def reference(x: Any, y: Any) -> Any:
        if x > 0:
            t = y * x
            z = t * math.sin(t)
        else:
            z = math.exp(x) * y * y
        return z * x + y

    code = Code()
    x, y = code.float("x"), code.float("y")

    def then() -> Any:
        with code.line("t = y * x"):
            t = (y * x).named("t")
        with code.line("z = t * math.sin(t)"):
            return [(t * code.call("sin", t)).named("z")]

    def otherwise() -> Any:
        with code.line("z = math.exp(x) * y * y"):
            return [(code.call("exp", x) * y * y).named("z")]

    with code.line("if x > 0:"):
        (z,) = code.if_(x > 0, then, otherwise)
    with code.line("return z * x + y"):
        result = z.named("z") * x + y
    return Region(code.finish("branch", result), reference, ((0.7, 1.3), (-0.4, 1.1), (0.0, 2.0)), (0, 1))


def branch_in_loop() -> Region:
    def reference(x: Any, y: Any) -> Any:
        s = 0.0
        for i in range(len(x)):
            if s < y:
                s = s + x[i] * y
            else:
                s = s * math.exp(-x[i])
        return s

    code = Code()
    x, y = code.array("x", "n"), code.float("y")

    def body(i: Any, s: Any) -> Any:
        def then() -> Any:
            with code.line("s = s + x[i] * y"):
                return [(s + x[i] * y).named("s")]

        def otherwise() -> Any:
            with code.line("s = s * math.exp(-x[i])"):
                return [(s * code.call("exp", -x[i])).named("s")]

        with code.line("if s < y:"):
            return code.if_(s < y, then, otherwise)

    with code.line("for i in range(len(x)):"):
        (s,) = code.for_(0, x.len(), [code.number(0.0)], body)
    samples = tuple((numbers(n, seed=n), 1.1) for n in (0, 1, 2, 9))
    return Region(code.finish("branch_in_loop", s), reference, samples, (0, 1))


def exits() -> Region:
    def reference(x: Any, limit: Any) -> Any:
        s = 1.0
        for i in range(len(x)):
            s = s + s * x[i]
            if s > limit:
                break
        return s * s

    code = Code()
    x, limit = code.array("x", "n"), code.float("limit")

    def body(i: Any, s: Any) -> Any:
        with code.line("s = s + s * x[i]"):
            s = (s + s * x[i]).named("s")
        with code.line("if s > limit:"):
            return [s > limit, s]

    with code.line("for i in range(len(x)):"):
        (s,) = code.for_(0, x.len(), [code.number(1.0)], body, exits=True)
    samples = tuple((numbers(n, seed=n), limit) for n, limit in ((0, 2.0), (1, 0.5), (2, 9.0), (6, 5.0)))
    return Region(code.finish("exits", s * s), reference, samples)


def triangle() -> Region:
    def reference(a: Any, w: Any) -> Any:
        total = 0.0
        for i in range(len(a)):
            for j in range(i + 1):
                total = total + a[i] * a[j] * w
        return total

    code = Code()
    a, w = code.array("a", "n"), code.float("w")

    def outer(i: Any, total: Any) -> Any:
        def inner(j: Any, total: Any) -> Any:
            with code.line("total = total + a[i] * a[j] * w"):
                return [(total + a[i] * a[j] * w).named("total")]

        with code.line("for j in range(i + 1):"):
            return code.for_(0, i + 1, [total], inner)

    with code.line("for i in range(len(a)):"):
        (total,) = code.for_(0, a.len(), [code.number(0.0)], outer)
    samples = tuple((numbers(n, seed=n), 0.8) for n in SIZES)
    return Region(code.finish("triangle", total), reference, samples, (0, 1))


def recurrence() -> Region:
    def reference(W: Any, x: Any, h: Any) -> Any:
        for t in range(len(x)):
            h = np.tanh(W @ h + x[t])
        return np.sum(h * h)

    code = Code()
    W, x, h = code.array("W", "k", "k"), code.array("x", "n", "k"), code.array("h", "k")

    def body(t: Any, h: Any) -> Any:
        with code.line("h = np.tanh(W @ h + x[t])"):
            return [code.call("tanh", W @ h + x[t]).named("h")]

    with code.line("for t in range(len(x)):"):
        (h,) = code.for_(0, x.len(), [h], body)
    with code.line("return np.sum(h * h)"):
        loss = (h * h).sum()
    samples = tuple((numbers(3, 3, seed=1), numbers(n, 3, seed=2), numbers(3, seed=3)) for n in (0, 1, 4))
    return Region(code.finish("recurrence", loss), reference, samples, (0, 1, 2))


FLOW = (product, heat, newton, branch, branch_in_loop, exits, triangle, recurrence)
