"""More programs that store into arrays, by hand: copies, swaps, slices, index arrays, sizes of a turn."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpcompiler.ir.types import INT64
from bpcompiler.primitives.regions import as_size
from bpcompiler.primitives.stores import copy_array
from tests.transforms.region_case import Region, numbers, vectors
from tests.transforms.region_writing import Code, Symbol


def mirror() -> Region:
    """A store in a branch of a loop, read by later turns; a copy; the caller's array stays."""

    def reference(x: Any, c: Any) -> Any:
        y = x.copy()
        for i in range(len(x) - 1):
            if y[i] > c:
                y[i + 1] = y[i] * y[i + 1]
        return np.sum(x * y)

    code = Code()
    x, c = code.array("x", "n"), code.float("c")

    def body(i: Any, y: Any) -> Any:
        def then() -> Any:
            with code.line("y[i + 1] = y[i] * y[i + 1]"):
                return [y.with_(i + 1, y[i] * y[i + 1]).named("y")]

        with code.line("if y[i] > c:"):
            return code.if_(y[i] > c, then, lambda: [y])

    with code.line("y = x.copy()"):
        y = code.one_of(copy_array, x).named("y")
    with code.line("for i in range(len(x) - 1):"):
        (y,) = code.for_(0, x.len() - 1, [y], body)
    with code.line("return np.sum(x * y)"):
        loss = (x * y).sum()
    samples = tuple((numbers(n, seed=n), 0.6) for n in (1, 2, 6))
    return Region(code.finish("mirror", loss), reference, samples)


def swaps() -> Region:
    """Two arrays that change places; a slice that is written; an outer value only some turns read."""

    def reference(u: Any, v: Any, k: Any) -> Any:
        u, v = u.copy(), v.copy()
        for _ in range(k):
            v[1:-1] = u[1:-1] * u[2:] + u[:-2]
            u, v = v, u
        return np.sum(u * u * v)

    code = Code()
    u, v, k = code.array("u", "n"), code.array("v", "n"), code.int("k")

    def body(t: Any, u: Any, v: Any) -> Any:
        with code.line("v[1:-1] = u[1:-1] * u[2:] + u[:-2]"):
            v = v.with_(slice(1, -1), u[1:-1] * u[2:] + u[:-2]).named("v")
        return [v, u]

    with code.line("for t in range(k):"):
        u, v = code.for_(0, k, [u, v], body)
    with code.line("return np.sum(u * u * v)"):
        loss = (u * u * v).sum()
    samples = tuple((numbers(n, seed=n), numbers(n, seed=7), k) for n, k in ((2, 1), (3, 0), (4, 3), (6, 4)))
    return Region(code.finish("swaps", loss), reference, samples, (0, 1))


def buffers() -> Region:
    """An array made in each turn, of a size that the turn decides; its store is never seen outside."""

    def reference(x: Any) -> Any:
        s = 0.0
        for i in range(len(x)):
            k = i // 2 + 1
            t = np.zeros(k)
            t[:] = x[i]
            t = t * t
            s = s + np.sum(t) * s + x[i]
        return s

    code = Code()
    x = code.array("x", "n")
    size = Symbol("k#1")

    def body(i: Any, s: Any) -> Any:
        with code.line("k = i // 2 + 1"):
            k = code.one_of(as_size, code.call("floordiv", i, 2) + 1, symbol=size)
        with code.line("t = np.zeros(k)"):
            t = code.zeros(k.operand.aval.size).named("t")
        with code.line("t[:] = x[i]"):
            t = t.with_(slice(None), x[i]).named("t")
        with code.line("t = t * t"):
            t = (t * t).named("t")
        with code.line("s = s + np.sum(t) * s + x[i]"):
            return [(s + t.sum() * s + x[i]).named("s")]

    with code.line("for i in range(len(x)):"):
        (s,) = code.for_(0, x.len(), [code.number(0.0)], body)
    return Region(code.finish("buffers", s), reference, vectors)


def scattered() -> Region:
    """Stores at arrays of indices that repeat, tested ones; the last one stays."""

    def reference(x: Any, idx: Any) -> Any:
        y = x * x
        y[idx] = x[: len(idx)] * 3.0
        return np.sum(y * x)

    code = Code()
    x, idx = code.array("x", "n"), code.array("idx", 3, dtype=INT64)
    with code.line("y = x * x"):
        y = (x * x).named("y")
    with code.line("y[idx] = x[:len(idx)] * 3.0"):
        y = y.with_checked(idx, x[:3] * 3.0).named("y")
    with code.line("return np.sum(y * x)"):
        loss = (y * x).sum()
    samples = tuple((numbers(n, seed=n), np.array(at)) for n, at in ((3, [0, 0, 0]), (5, [-1, 2, 4])))
    return Region(code.finish("scattered", loss), reference, samples)


ARRAYS = (mirror, swaps, buffers, scattered)
