"""The ten workloads and the nineteen measurements made of them.

A workload names what its contenders run; each takes the arguments as they are and answers (value, gradients).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.benchmarks import functions as calls
from tests.benchmarks import hand as calls_hand
from tests.benchmarks import loops_eager, loops_functions, loops_hand, network
from tests.benchmarks.workloads import (
    eager,
    functions,
    hand,
    hand_lstm,
    hand_mixture,
    hand_process,
    jax_forms,
    samples,
)

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Workload:
    """`jax` gives the obvious form first. `eager` is a function of (xp, *arguments), `xp` being `torch` or
    `autograd.numpy`. Without `argnums` the function itself is compiled, not its gradient."""

    number: str
    title: str
    function: Function
    sample: Function
    hand: Function
    jax: Callable[[], dict[str, Function]]
    eager: Function
    argnums: tuple[int, ...] = ()
    static: tuple[int, ...] = ()  # argument positions that JAX must know
    rtol: float = 1e-6
    peers_share: float = 1.0  # ours may take this much of the best peer's time


@dataclass(frozen=True, slots=True)
class Measurement:
    """`small`: the sizes that eager peers are given, and `factor`, how many times more work the whole is."""

    name: str
    workload: Workload
    label: str
    sizes: tuple[int, ...] = ()
    small: tuple[int, ...] | None = None
    factor: int = 1

    @property
    def title(self) -> str:
        return f"{self.workload.number} {self.workload.title}" + (f", {self.label}" if self.label else "")


SPINE = Workload(
    "1",
    "scalar function",
    calls.f,
    lambda: (3.0, -4.0),
    calls_hand.f_value_and_grad,
    jax_forms.spine,
    eager.spine,
    (0, 1),
)
DESCENT = Workload(
    "2",
    "gradient descent on it",
    functions.descend,
    samples.descend,
    hand.descend,
    jax_forms.descend,
    eager.descend,
    static=(3,),
)
ELEMENTWISE = Workload(
    "3",
    "elementwise sum",
    functions.elementwise,
    samples.elementwise,
    hand.elementwise,
    jax_forms.elementwise,
    eager.elementwise,
    (0,),
)
TWO_LAYERS = Workload(
    "4",
    "network 8-32-1",
    functions.two_layers,
    samples.two_layers,
    hand.two_layers,
    jax_forms.two_layers,
    eager.two_layers,
    (0, 1, 2, 3),
)
NETWORK = Workload(
    "5",
    "network 784-256-128-10, float32",
    calls.network,
    calls.sample,
    hand.network,
    jax_forms.network,
    eager.network,
    tuple(range(network.WEIGHTS)),
    rtol=1e-5,  # float32 sums of 784 terms, in different orders
    peers_share=1.05,
)
MIXTURE_OF_ARRAYS = Workload(
    "6",
    "mixture, whole arrays",
    functions.mixture_of_arrays,
    loops_functions.mixture_sample,
    hand_mixture.mixture,
    jax_forms.mixture,
    eager.mixture,
    (0, 1, 2, 3),
)
MIXTURE_OF_LOOPS = Workload(
    "6",
    "mixture, loops",
    loops_functions.mixture,
    loops_functions.mixture_sample,
    hand_mixture.mixture,
    jax_forms.mixture,
    eager.mixture,
    (0, 1, 2, 3),
)
PREDATOR_PREY = Workload(
    "7",
    "Lotka-Volterra, Runge-Kutta",
    loops_functions.predator_prey,
    loops_functions.predator_prey_sample,
    loops_hand.predator_prey,
    lambda: jax_forms.of_loops("predator_prey"),
    loops_eager.predator_prey,
    tuple(range(6)),
    static=(6,),
)
HEAT = Workload(
    "8",
    "heat equation",
    loops_functions.heat,
    loops_functions.heat_sample,
    loops_hand.heat,
    lambda: jax_forms.of_loops("heat"),
    loops_eager.heat,
    (0, 1),
    static=(2,),
)
PROCESS = Workload(
    "9",
    "Gaussian process",
    functions.gaussian_process,
    samples.gaussian_process,
    hand_process.gaussian_process,
    jax_forms.gaussian_process,
    eager.gaussian_process,
    (0, 1, 2),
    peers_share=1.05,
)
LSTM = Workload(
    "10",
    "LSTM, batch 16",
    functions.lstm,
    samples.lstm,
    hand_lstm.lstm,
    jax_forms.lstm,
    eager.lstm,
    (0, 1, 2),
)

MEASUREMENTS = (
    Measurement("scalar", SPINE, ""),
    Measurement("descent", DESCENT, "10^6 steps", small=(1_000,), factor=1_000),
    Measurement("elementwise3", ELEMENTWISE, "10^3", (1_000,)),
    Measurement("elementwise5", ELEMENTWISE, "10^5", (100_000,)),
    Measurement("elementwise7", ELEMENTWISE, "10^7", (10_000_000,)),
    Measurement("two_layers1", TWO_LAYERS, "batch 1", (1,)),
    Measurement("two_layers64", TWO_LAYERS, "batch 64", (64,)),
    Measurement("network", NETWORK, "batch 128", (128,)),
    Measurement("mixture_arrays3", MIXTURE_OF_ARRAYS, "n=1,000", (1_000,)),
    Measurement("mixture_arrays4", MIXTURE_OF_ARRAYS, "n=10,000", (10_000,)),
    Measurement("mixture_loops", MIXTURE_OF_LOOPS, "n=1,000", (1_000,)),
    Measurement("predator_prey3", PREDATOR_PREY, "1,000 steps", (1_000,), small=(100,), factor=10),
    Measurement("predator_prey4", PREDATOR_PREY, "10,000 steps", (10_000,), small=(100,), factor=100),
    Measurement("heat200", HEAT, "200 cells, 2,000 steps", (200, 2_000), small=(200, 200), factor=10),
    Measurement("heat1000", HEAT, "1,000 cells, 2,000 steps", (1_000, 2_000), small=(1_000, 200), factor=10),
    Measurement("process100", PROCESS, "n=100", (100,)),
    Measurement("process300", PROCESS, "n=300", (300,)),
    Measurement("lstm32", LSTM, "T=100, hidden 32", (32,)),
    Measurement("lstm64", LSTM, "T=100, hidden 64", (64,)),
)
