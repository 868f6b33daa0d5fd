"""The command: pins the thread, runs the cases, prints or writes their tables."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

CASES = (
    "scalar",
    "calls",
    "network",
    "startup",
    "importing",
    "sizes",
    "loops",
    "loops_growth",
    "workloads",
    "workloads_costs",
    "fit",
    "training",
)
BY_MEASUREMENT = {"workloads", "workloads_costs", "training"}  # what --only goes with

# Read when NumPy, SciPy, Numba, JAX and PyTorch are loaded, so they must be there before Python starts.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
    "JAX_ENABLE_X64": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
# These change which BLAS kernels run: what a machine's owner set for himself must not shape the figures.
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
PINNED = "BPCOMPILER_BENCHMARK_PINNED"


def pin() -> None:
    """Start this command again on one processor with one thread, unless that has been done."""
    if PINNED in os.environ:
        return
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    environment |= ONE_THREAD | {PINNED: "1"}
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    os.execve(sys.executable, [sys.executable, "-m", "tests.benchmarks", *sys.argv[1:]], environment)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="case", help=f"of {', '.join(CASES)}; all by default")
    parser.add_argument("--write", action="store_true", help="update docs/performance.md")
    parser.add_argument("--rounds", type=int, default=31, help="interleaved rounds of each timing")
    parser.add_argument("--only", default="", metavar="NAME", help="workloads: those whose name begins so")
    options = parser.parse_args()
    if unknown := set(options.cases) - set(CASES):
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    if options.only and (options.write or not options.cases or set(options.cases) - BY_MEASUREMENT):
        parser.error(f"--only goes with {' and '.join(sorted(BY_MEASUREMENT))}, and without --write")
    pin()
    from tests.benchmarks import report

    for name in options.cases or CASES:
        case = importlib.import_module(f"tests.benchmarks.{name}")
        section = case.run(options.rounds, *filter(None, [options.only]))
        print(f"\n{section}", flush=True)
        if options.write:
            report.write(name, section)


if __name__ == "__main__":
    main()
