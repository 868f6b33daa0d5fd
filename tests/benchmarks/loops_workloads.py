"""The four workloads, and those who take part in them, built by their labels."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from tests.benchmarks import loops_functions, loops_hand
from tests.benchmarks.harness import optional

HAND = "hand-written, Numba"
IN_ORDER = "hand-written, in the order of the function's loops"
OURS = "bpcompiler"
ALONE = "the function alone, Numba"
TORCH = "PyTorch, eager"
AUTOGRAD = "autograd"
Call = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Workload:
    """A function of `loops_functions`. `small`: the arguments of a sample that eager rivals are given, and
    how many times more work the whole is."""

    name: str
    title: str
    argnums: tuple[int, ...]
    static: tuple[int, ...] = ()  # argument positions that JAX must know
    small: tuple[int, ...] = ()
    factor: int = 1

    @property
    def function(self) -> Callable[..., Any]:
        return getattr(loops_functions, self.name)

    def sample(self, *sizes: int) -> tuple[Any, ...]:
        return getattr(loops_functions, f"{self.name}_sample")(*sizes)


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload(
            "predator_prey",
            "Lotka and Volterra's equations by Runge and Kutta, 10,000 steps of scalar code; the gradient is"
            " in 4 parameters and 2 initial values.",
            tuple(range(6)),
            static=(6,),
            small=(1_000,),
            factor=10,
        ),
        Workload(
            "heat",
            "The heat equation in place, 200 cells, 2,000 steps; the gradient is in the initial temperatures"
            " and the diffusivity.",
            (0, 1),
            static=(2,),
        ),
        Workload(
            "mixture",
            "The log-likelihood of a mixture of 25 normal distributions in 10 dimensions at 1,000 points; the"
            " gradient is in all of its 1,750 parameters.",
            (0, 1, 2, 3),
        ),
        Workload(
            "alignment",
            "A soft edit distance, a table of 300 x 300 soft minima of three neighbours; the gradient is in"
            " both series and the price of a gap.",
            (0, 1, 2),
        ),
    )
}


def labels(workload: Workload) -> Iterator[str]:
    """Yield who can take part here; rivals that are not installed are left out."""
    yield HAND
    if hasattr(loops_hand, f"{workload.name}_in_order"):
        yield IN_ORDER
    yield from (OURS, ALONE)
    if optional("jax"):
        from tests.benchmarks import loops_jax

        yield from loops_jax.contenders(workload.name)
    yield from itertools.compress((TORCH, AUTOGRAD), (optional("torch"), optional("autograd")))


def make(workload: Workload, label: str, arguments: tuple[Any, ...], **options: Any) -> Call:
    """Return the call of one contender: value and gradient at these arguments. `options` are bpcompiler's."""
    if label in (HAND, IN_ORDER):
        hand = getattr(loops_hand, workload.name + ("_in_order" if label == IN_ORDER else ""))
        return lambda: hand(*arguments)
    if label == ALONE:
        return alone(workload, arguments)
    if label == OURS:
        import bpcompiler as bp

        compiled = bp.value_and_grad(workload.function, argnums=workload.argnums, **options)
        return lambda: compiled(*arguments)
    if label in (TORCH, AUTOGRAD):
        from tests.benchmarks import loops_eager

        eager = loops_eager.by_torch if label == TORCH else loops_eager.by_autograd
        return eager(loops_eager.FUNCTIONS[workload.name], workload.argnums, arguments)
    from tests.benchmarks import loops_jax

    function = loops_jax.contenders(workload.name)[label]
    compiled = loops_jax.value_and_grad(function, workload.argnums, workload.static)
    return lambda: compiled(*arguments)


def alone(workload: Workload, arguments: tuple[Any, ...]) -> Call:
    """Return the call of the function itself, on copies where it stores into its arguments."""
    compiled = numba.njit(error_model="numpy")(workload.function)
    if workload.name != "heat":
        return lambda: compiled(*arguments)
    u, *rest = arguments
    return lambda: compiled(u.copy(), *rest)


def flat(result: Any) -> np.ndarray:
    """Return a value and its gradients as one row of numbers."""
    value, gradients = result
    return np.concatenate([np.ravel(np.asarray(part, dtype=np.float64)) for part in (value, *gradients)])
