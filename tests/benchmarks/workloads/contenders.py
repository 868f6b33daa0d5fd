"""Those who take part in a measurement: each a call of value and gradient at the measurement's arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import bpcompiler as bp
from tests.benchmarks import loops_eager, loops_jax
from tests.benchmarks.harness import optional
from tests.benchmarks.workloads.catalogue import Measurement, Workload

EXPERT, OURS, TORCH, AUTOGRAD = "expert", "bpcompiler", "PyTorch", "autograd"
JAX = "JAX: "
Call = Callable[[], Any]


def labels(workload: Workload) -> Iterator[str]:
    """Yield who can take part here; peers that are not installed are left out."""
    yield from (EXPERT, OURS)
    if optional("jax"):
        yield from (JAX + form for form in workload.jax())
    yield from (label for label, module in ((TORCH, "torch"), (AUTOGRAD, "autograd")) if optional(module))


def make(workload: Workload, label: str, arguments: tuple[Any, ...]) -> Call:
    """Return the contender's call at these arguments."""
    if label == EXPERT:
        return lambda: workload.hand(*arguments)
    if label == OURS:
        return ours(workload, arguments)
    if label in (TORCH, AUTOGRAD):
        return eager(workload, label, arguments)
    return of_jax(workload, label.removeprefix(JAX), arguments)


def ours(workload: Workload, arguments: tuple[Any, ...]) -> Call:
    if not workload.argnums:
        compiled = bp.jit(workload.function)
    else:
        compiled = bp.value_and_grad(workload.function, argnums=workload.argnums)
    return lambda: compiled(*arguments)


def eager(workload: Workload, label: str, arguments: tuple[Any, ...]) -> Call:
    xp = optional("torch" if label == TORCH else "autograd.numpy")
    if not workload.argnums:
        return lambda: workload.eager(xp, *arguments)
    make = loops_eager.by_torch if label == TORCH else loops_eager.by_autograd
    return make(workload.eager, workload.argnums, arguments)


def of_jax(workload: Workload, form: str, arguments: tuple[Any, ...]) -> Call:
    """Return the call of a compiled form; its arrays are JAX's own already, as they would be in a program."""
    jax = optional("jax")
    function = workload.jax()[form]
    given = [jax.numpy.asarray(a) if isinstance(a, np.ndarray) else a for a in arguments]
    if workload.argnums:
        compiled = loops_jax.value_and_grad(function, workload.argnums, workload.static)
        return lambda: compiled(*given)
    compiled = jax.jit(function, static_argnums=workload.static)
    return lambda: jax.block_until_ready(compiled(*given))


def calls(measurement: Measurement) -> dict[str, Call]:
    """Return the calls by label; eager peers have the smaller sample where there is one."""
    workload = measurement.workload
    whole = workload.sample(*measurement.sizes)
    part = whole if measurement.small is None else workload.sample(*measurement.small)
    return {
        label: make(workload, label, part if label in (TORCH, AUTOGRAD) else whole)
        for label in labels(workload)
    }


def flat(result: Any) -> np.ndarray:
    """Return all numbers of a result as one row."""
    if isinstance(result, (tuple, list)):
        return np.concatenate([flat(part) for part in result])
    return np.ravel(np.asarray(result, dtype=np.float64))


def check(measurement: Measurement, made: dict[str, Call]) -> None:
    """Raise where a contender's numbers are not the expert's at the same arguments."""
    workload = measurement.workload
    expected = of_part = made[EXPERT]()
    if measurement.small is not None:
        of_part = make(workload, EXPERT, workload.sample(*measurement.small))()
    for label, call in made.items():
        wanted = flat(of_part if label in (TORCH, AUTOGRAD) else expected)
        atol = workload.rtol * np.max(np.abs(wanted[1:]))
        np.testing.assert_allclose(flat(call()), wanted, rtol=workload.rtol, atol=atol, err_msg=label)
