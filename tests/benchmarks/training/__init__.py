"""Whole training loops: ours with `bp` as a user writes them, an expert's in Numba, JAX's and PyTorch's.

Times are the least of interleaved calls: what a loop takes when nothing else takes the processor.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.benchmarks.harness import duration, interleaved, optional, table
from tests.benchmarks.training import compiling, functions, hand, peers
from tests.benchmarks.workloads.contenders import EXPERT, JAX, OURS, TORCH, flat

Call = Callable[[], Any]
BLOCK = 1e-3  # seconds of a block: a call at least
BUDGET = 4.0  # seconds of calls that one contender is given; two rounds whatever they take
FACTOR = 1.15  # of the expert's time
RTOL = 1e-6


@dataclass(frozen=True, slots=True)
class Loop:
    """`sample(steps)` gives our arguments, `given` makes the others' of them. JAX's obvious form comes first.

    `timed`: the steps of a timed call, a millisecond or some: what a busy system gives a process at a time.
    `part`: the steps of PyTorch's, at which all are checked. `static`: what JAX must know.
    """

    title: str
    function: Callable[..., Any]
    sample: Callable[..., tuple[Any, ...]]
    hand: Callable[..., Any]
    jax: Callable[[], dict[str, Callable[..., Any]]]
    torch: Callable[..., Any]
    steps: int
    timed: int
    part: int
    given: Callable[..., tuple[Any, ...]] = lambda *arguments: arguments
    static: tuple[int, ...] = ()
    exact: Callable[..., tuple[Any, ...]] | None = None  # the sample in float64, to be checked at


LOOPS = {
    "descent": Loop(
        "gradient descent on the scalar function, 10^6 steps",
        functions.descend,
        functions.descent,
        hand.descend,
        peers.descend,
        peers.descend_in_torch,
        1_000_000,
        50_000,
        500,
        static=(3,),
    ),
    "two_layers": Loop(
        "network 8-32-1, batch 64, 10,000 steps of SGD",
        functions.train_two_layers,
        functions.two_layers_sample,
        hand.train_two_layers,
        peers.train_two_layers,
        peers.train_two_layers_in_torch,
        10_000,
        500,
        500,
        static=(4,),
    ),
    "network": Loop(
        "network 784-256-128-10, float32, batches of 128, a step of Adam",
        functions.train_network,
        functions.network_sample,
        hand.train_network,
        peers.train_network,
        peers.train_network_in_torch,
        1,
        5,
        20,
        given=functions.with_batches,
        exact=functions.network_sample_in_float64,
    ),
}


def run(rounds: int, only: str = "") -> str:
    """Return the section; `only` leaves the loops whose names begin with it."""
    chosen = {name: loop for name, loop in LOOPS.items() if name.startswith(only)}
    seconds = {name: measured(loop, rounds) for name, loop in chosen.items()}
    intro = (
        "## Training loops\n\nWhole loops as one compiled function, as they stand in"
        " `tests/benchmarks/training/functions.py`: the gradient is `bp.value_and_grad` inside the loop, the"
        " optimiser `bp.optim`'s; minibatches are drawn by `bp.random.choice` in ours and given to the"
        f" others. Each time is the least of {rounds} interleaved blocks of calls with so many steps as take"
        " some milliseconds, scaled to all steps."
        " All parameters were compared, in float64."
    )
    parts = [intro, times(chosen, seconds), ratios(chosen, seconds)]
    return "\n\n".join([*parts, compiling.section({name: loop.title for name, loop in chosen.items()})])


def measured(loop: Loop, rounds: int) -> dict[str, float]:
    """Return the least seconds of all steps by contender."""
    check(loop)
    calls = contenders(loop, loop.sample(loop.timed))
    if TORCH in calls:
        calls[TORCH] = contenders(loop, loop.sample(loop.part))[TORCH]
    timings = interleaved(calls, rounds, BUDGET, BLOCK)
    given = {TORCH: loop.part}
    found = {label: t.best * loop.steps / given.get(label, loop.timed) for label, t in timings.items()}
    line = ", ".join(f"{label} {duration(s)}" for label, s in found.items())
    sys.stderr.write(f"{loop.title}: {line}\n")
    return found


def contenders(loop: Loop, arguments: tuple[Any, ...]) -> dict[str, Call]:
    """Return the calls at our arguments; peers that are not installed are left out."""
    given = loop.given(*arguments)
    calls: dict[str, Call] = {
        EXPERT: lambda: loop.hand(*given),
        OURS: lambda: loop.function(*arguments),
    }
    if jax := optional("jax"):
        on_device = [a if i in loop.static else placed(jax, a) for i, a in enumerate(given)]
        for form, function in loop.jax().items():
            compiled = jax.jit(function, static_argnums=loop.static)
            calls[JAX + form] = lambda compiled=compiled: jax.block_until_ready(compiled(*on_device))
    if torch := optional("torch"):
        torch.set_num_threads(1)
        calls[TORCH] = lambda: loop.torch(*given)
    return calls


def placed(jax: Any, argument: Any) -> Any:
    """Return the argument with arrays that are JAX's own."""
    if isinstance(argument, tuple):
        return tuple(placed(jax, part) for part in argument)
    return jax.numpy.asarray(argument) if isinstance(argument, np.ndarray) else argument


def check(loop: Loop) -> None:
    """Raise where a contender's parameters or last loss are not the expert's."""
    calls = contenders(loop, (loop.exact or loop.sample)(loop.part))
    expected = flat(calls[EXPERT]())
    for label, call in calls.items():
        atol = RTOL * np.max(np.abs(expected))
        np.testing.assert_allclose(flat(call()), expected, rtol=RTOL, atol=atol, err_msg=label)


def times(loops: dict[str, Loop], seconds: dict[str, dict[str, float]]) -> str:
    """Return the table of times; JAX has two columns, its first form and the best of all."""
    rows = []
    for name, loop in loops.items():
        found = seconds[name]
        forms = [label for label in found if label.startswith(JAX)]
        labels = (
            EXPERT,
            OURS,
            *((forms[0], min(forms, key=found.__getitem__)) if forms else ("", "")),
            TORCH,
        )
        texts = ["" if label not in found else duration(found[label]) for label in labels]
        rows.append((loop.title, *texts))
    return table(("", EXPERT, OURS, "JAX, obvious", "JAX, best", TORCH), rows)


def ratios(loops: dict[str, Loop], seconds: dict[str, dict[str, float]]) -> str:
    """Return the table of our time over the expert's and the best peer's."""
    rows = []
    for name, loop in loops.items():
        found = seconds[name]
        peers_labels = [label for label in found if label not in (OURS, EXPERT)]
        best = min(peers_labels, key=found.__getitem__) if peers_labels else ""
        over_peer = f"{found[OURS] / found[best]:.2f}" if best else ""
        rows.append((loop.title, f"{found[OURS] / found[EXPERT]:.2f}", over_peer, best))
    header = (f"bpcompiler over (the expert: at most {FACTOR})", "expert", "best peer", "which is")
    return table(header, rows)
