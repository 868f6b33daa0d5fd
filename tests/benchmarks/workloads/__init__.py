"""Ten workloads in nineteen measurements: against an expert's own code and against every peer.

Times are the least of interleaved blocks: what a workload takes when nothing else takes the processor.
"""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass

from tests.benchmarks.harness import duration, interleaved, table
from tests.benchmarks.workloads import catalogue, contenders
from tests.benchmarks.workloads.catalogue import Measurement
from tests.benchmarks.workloads.contenders import AUTOGRAD, EXPERT, JAX, OURS, TORCH

# Seconds: shorter than what a busy system gives a process at a time, so that some block is undisturbed.
BLOCK = 0.001
BUDGET = 2.0  # seconds of blocks that one contender is given; two rounds whatever they take
MEAN_LIMIT, WORST_LIMIT = 1.1, 1.4  # ours over the expert's


@dataclass(frozen=True, slots=True)
class Found:
    """The least seconds of a call by contender."""

    measurement: Measurement
    seconds: dict[str, float]

    @property
    def over_expert(self) -> float:
        return self.seconds[OURS] / self.seconds[EXPERT]

    @property
    def best_peer(self) -> str:
        peers = [label for label in self.seconds if label not in (OURS, EXPERT)]
        return min(peers, key=self.seconds.__getitem__)

    @property
    def over_best_peer(self) -> float:
        return self.seconds[OURS] / self.seconds[self.best_peer]

    @property
    def beats_peers(self) -> bool:
        share = self.measurement.workload.peers_share
        return self.over_best_peer < 1.0 or self.over_best_peer <= share > 1.0


def run(rounds: int, only: str = "") -> str:
    """Return the section; `only` leaves the measurements whose names begin with it."""
    chosen = [m for m in catalogue.MEASUREMENTS if m.name.startswith(only)]
    found = [measured(m, rounds) for m in chosen]
    intro = (
        "## Workloads\n\nValue and gradient (2: the function itself) of what stands in"
        " `tests/benchmarks/workloads/`, against the gradient that an expert derived and wrote by hand there,"
        " and against peers; JAX in the obvious form and in others. Each time is the least of"
        f" {rounds} interleaved blocks; `~` marks times of a part of the steps, scaled."
    )
    return "\n\n".join([intro, times(found), ratios(found), verdict(found)])


def measured(measurement: Measurement, rounds: int) -> Found:
    made = contenders.calls(measurement)
    contenders.check(measurement, made)
    timings = interleaved(made, rounds, BUDGET, BLOCK)
    factors = {TORCH: measurement.factor, AUTOGRAD: measurement.factor}
    seconds = {label: timing.best * factors.get(label, 1) for label, timing in timings.items()}
    found = Found(measurement, seconds)
    sys.stderr.write(
        f"{measurement.title}: "
        + ", ".join(f"{label} {duration(s)}" for label, s in seconds.items())
        + f"; {found.over_expert:.2f} of the expert's, {found.over_best_peer:.2f} of the best peer's\n"
    )
    return found


def times(found: list[Found]) -> str:
    """Return the table of times; JAX has two columns, its first form and the best of all."""
    rows = []
    for one in found:
        forms = [label for label in one.seconds if label.startswith(JAX)]
        obvious, best = (forms[0], min(forms, key=one.seconds.__getitem__)) if forms else ("", "")
        labels = (EXPERT, OURS, obvious, best, TORCH, AUTOGRAD)
        rows.append((one.measurement.title, *(time_of(one, label) for label in labels)))
    return table(("", EXPERT, OURS, "JAX, obvious", "JAX, best", TORCH, AUTOGRAD), rows)


def time_of(one: Found, label: str) -> str:
    if label not in one.seconds:
        return ""
    scaled = label in (TORCH, AUTOGRAD) and one.measurement.factor > 1
    return ("~ " if scaled else "") + duration(one.seconds[label])


def ratios(found: list[Found]) -> str:
    rows = [
        (
            one.measurement.title,
            f"{one.over_expert:.2f}",
            f"{one.over_best_peer:.2f}",
            one.best_peer,
            "yes" if one.beats_peers else "no",
        )
        for one in found
    ]
    return table(("bpcompiler over", "expert", "best peer", "which is", "faster than every peer"), rows)


def verdict(found: list[Found]) -> str:
    """Return the mean and the worst ratio to the expert, and who is faster where."""
    worst = max(found, key=lambda one: one.over_expert)
    mean = statistics.geometric_mean(one.over_expert for one in found)
    beaten = sum(one.beats_peers for one in found)
    return (
        f"bpcompiler over the expert: geometric mean {mean:.2f} (to be at most {MEAN_LIMIT}), worst"
        f" {worst.over_expert:.2f} (to be at most {WORST_LIMIT}) in {worst.measurement.title}. Faster than"
        f" every peer in {beaten} of {len(found)} (in 5 and 9, at most 1.05 times the best peer's time)."
    )
