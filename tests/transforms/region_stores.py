"""Programs that store into arrays, carry integers, raise or leave names unbound, by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bpcompiler.ir.types import FLOAT64, INT64, Scalar
from bpcompiler.primitives.creation import full
from bpcompiler.primitives.loops import check
from bpcompiler.primitives.regions import undefined
from tests.transforms.region_case import SIZES, Region, numbers, vectors
from tests.transforms.region_writing import Code


def soft_table() -> Region:
    def reference(c: Any) -> Any:
        n, m = c.shape
        D = np.full((n + 1, m + 1), 30.0)
        D[0, 0] = 0.0
        for i in range(n):
            for j in range(m):
                up, left, both = D[i, j + 1], D[i + 1, j], D[i, j]
                D[i + 1, j + 1] = -np.log(np.exp(-up) + np.exp(-left) + np.exp(-both)) + c[i, j]
        return D[n, m]

    code = Code()
    c = code.array("c", "n", "m")
    n, m = c.operand.aval.shape

    def outer(i: Any, D: Any) -> Any:
        def inner(j: Any, D: Any) -> Any:
            with code.line("up, left, both = D[i, j + 1], D[i + 1, j], D[i, j]"):
                parts = D[i, j + 1].named("up"), D[i + 1, j].named("left"), D[i, j].named("both")
            with code.line("D[i + 1, j + 1] = softmin(up, left, both) + c[i, j]"):
                up, left, both = (code.call("exp", -part) for part in parts)
                value = -code.call("log", up + left + both) + c[i, j]
                return [D.with_((i + 1, j + 1), value).named("D")]

        with code.line("for j in range(m):"):
            return code.for_(0, code.size(m), [D], inner)

    with code.line("D = np.full((n + 1, m + 1), 30.0)"):
        D = code.one_of(full, 30.0, shape=(n + 1, m + 1), dtype=FLOAT64).named("D")
    with code.line("D[0, 0] = 0.0"):
        D = D.with_((code.size(0), code.size(0)), code.number(0.0)).named("D")
    with code.line("for i in range(n):"):
        (D,) = code.for_(0, code.size(n), [D], outer)
    with code.line("return D[n, m]"):
        result = D[code.size(n), code.size(m)]
    samples = tuple((numbers(*shape, seed=2),) for shape in ((0, 2), (1, 1), (2, 3), (4, 4)))
    return Region(code.finish("soft_table", result), reference, samples)


def predator_prey() -> Region:
    def reference(a: Any, b: Any, x: Any, y: Any, steps: Any) -> Any:
        h = 0.1
        for _ in range(steps):
            k1x, k1y = a * x - b * x * y, b * x * y - y
            x2, y2 = x + 0.5 * h * k1x, y + 0.5 * h * k1y
            k2x, k2y = a * x2 - b * x2 * y2, b * x2 * y2 - y2
            x, y = x + h * k2x, y + h * k2y
        return x * x + y

    code = Code()
    a, b, x, y = (code.float(name) for name in "abxy")
    steps = code.int("steps")

    def rate(x: Any, y: Any, names: tuple[str, str]) -> Any:
        with code.line(f"{', '.join(names)} = a * x - b * x * y, b * x * y - y"):
            return (a * x - b * x * y).named(names[0]), (b * x * y - y).named(names[1])

    def body(t: Any, x: Any, y: Any) -> Any:
        k1x, k1y = rate(x, y, ("k1x", "k1y"))
        with code.line("x2, y2 = x + 0.05 * k1x, y + 0.05 * k1y"):
            x2, y2 = (x + 0.05 * k1x).named("x2"), (y + 0.05 * k1y).named("y2")
        k2x, k2y = rate(x2, y2, ("k2x", "k2y"))
        with code.line("x, y = x + 0.1 * k2x, y + 0.1 * k2y"):
            return [(x + 0.1 * k2x).named("x"), (y + 0.1 * k2y).named("y")]

    with code.line("for t in range(steps):"):
        x, y = code.for_(0, steps, [x, y], body)
    with code.line("return x * x + y"):
        result = x * x + y
    samples = tuple((1.1, 0.4, 2.0, 0.7, steps) for steps in SIZES)
    return Region(code.finish("predator_prey", result), reference, samples, (0, 1, 2, 3))


def roots() -> Region:
    def reference(x: Any) -> Any:
        s = 0.0
        for i in range(len(x)):
            r = x[i]
            while abs(r * r - x[i]) > 1e-10:
                r = 0.5 * (r + x[i] / r)
            s = s + r * r * r
        return s

    code = Code()
    x = code.array("x", "n")

    def body(i: Any, s: Any) -> Any:
        with code.line("r = x[i]"):
            start = x[i].named("r")

        def test(r: Any) -> Any:
            with code.line("while abs(r * r - x[i]) > 1e-10:"):
                return [code.call("abs", r * r - x[i]) > 1e-10]

        def turn(r: Any) -> Any:
            with code.line("r = 0.5 * (r + x[i] / r)"):
                return [(0.5 * (r + x[i] / r)).named("r")]

        (r,) = code.while_([start], test, turn)
        with code.line("s = s + r * r * r"):
            return [(s + r * r * r).named("s")]

    with code.line("for i in range(len(x)):"):
        (s,) = code.for_(0, x.len(), [code.number(0.0)], body)
    return Region(code.finish("roots", s), reference, vectors)


def histogram() -> Region:
    def reference(w: Any, idx: Any, hist: Any) -> Any:
        hist = hist.copy()
        for i in range(len(w)):
            hist[idx[i]] += w[i]
        return np.sum(hist * hist)

    code = Code()
    w, idx, hist = code.array("w", "n"), code.array("idx", "n", dtype=INT64), code.array("hist", "m")

    def body(i: Any, hist: Any) -> Any:
        with code.line("hist[idx[i]] += w[i]"):
            at = idx[i]
            total = hist.checked_item(at) + w[i]
            return [hist.with_tested(at, total).named("hist")]

    with code.line("for i in range(len(w)):"):
        (hist,) = code.for_(0, w.len(), [hist], body)
    with code.line("return np.sum(hist * hist)"):
        loss = (hist * hist).sum()
    samples = tuple((numbers(n, seed=n), np.arange(n) * 7 % 3 - 1, numbers(4, seed=8)) for n in SIZES)
    return Region(code.finish("histogram", loss), reference, samples, (0, 2))


def turns() -> Region:
    def reference(x: Any) -> Any:
        k, s = 0, 1.0
        for i in range(len(x)):
            if k > 1:
                s, k = s * x[i], k - 2
            else:
                s, k = s + math.sin(x[i]), k + 1
        return s * k

    code = Code()
    x = code.array("x", "n")

    def body(i: Any, k: Any, s: Any) -> Any:
        def then() -> Any:
            with code.line("s, k = s * x[i], k - 2"):
                return [(k - 2).named("k"), (s * x[i]).named("s")]

        def otherwise() -> Any:
            with code.line("s, k = s + math.sin(x[i]), k + 1"):
                return [(k + 1).named("k"), (s + code.call("sin", x[i])).named("s")]

        with code.line("if k > 1:"):
            return code.if_(k > 1, then, otherwise)

    with code.line("for i in range(len(x)):"):
        k, s = code.for_(0, x.len(), [code.integer(0), code.number(1.0)], body)
    with code.line("return s * k"):
        result = s * k
    return Region(code.finish("turns", result), reference, tuple((numbers(n, seed=n),) for n in (0, 1, 2, 7)))


def forever() -> Region:
    """`while True` with a break; a name that one branch binds; a check."""

    def reference(x: Any) -> Any:
        n, s = 0, x
        while True:
            n = n + 1
            s = s * x + 0.1 * n
            if s > 20.0:
                t = s * s
            if s > 20.0:
                break
        return t * n

    code = Code()
    x = code.float("x")

    def body(n: Any, s: Any, t: Any) -> Any:
        with code.line("n = n + 1"):
            n = (n + 1).named("n")
        with code.line("s = s * x + 0.1 * n"):
            s = (s * x + 0.1 * n).named("s")
        with code.line("assert s > 0"):
            code.emit(check, (s > 0.0).operand, kind="assert", exception=AssertionError, args=())
        with code.line("if s > 20.0:"):
            (t,) = code.if_(s > 20.0, lambda: [(s * s).named("t")], lambda: [unbound()])
        return [s > 20.0, n, s, t]

    def unbound() -> Any:
        return code.one_of(undefined, aval=Scalar(FLOAT64, weak=True))

    n, s, t = code.while_([code.integer(0), x, unbound()], lambda n, s, t: [True], body, exits=True)
    return Region(code.finish("forever", t * n), reference, ((1.3,), (2.5,), (30.0,)))


STORES = (soft_table, predator_prey, roots, histogram, turns, forever)
