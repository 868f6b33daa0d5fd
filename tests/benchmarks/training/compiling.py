"""What it takes to compile a loop, against its loss and gradient alone: first calls in fresh processes."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.fresh import process
from tests.benchmarks.harness import duration, table

LOOP, ALONE = "the loop", "its loss and gradient"
CODE = "from tests.benchmarks.training.compiling import report; report({!r}, {!r})"
TURNS = 3
FACTOR = 2.0


def section(titles: dict[str, str]) -> str:
    """Return the table of first calls, the least of some processes each, with an empty cache."""
    rows = []
    for name, title in titles.items():
        alone, loop = (min(first_call(name, what) for _ in range(TURNS)) for what in (ALONE, LOOP))
        rows.append((title, duration(alone), duration(loop), f"{loop / alone:.2f}"))
    intro = (
        "The processor's time for the first call in a fresh process that has loaded NumPy, SciPy and Numba,"
        " with an empty cache folder"
        f" (the loop: to be at most {FACTOR:.0f} times its loss and gradient):"
    )
    return intro + "\n\n" + table(("", ALONE, LOOP, "ratio"), rows)


def first_call(name: str, what: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        _, printed = process(CODE.format(name, what), Path(folder))
    return json.loads(printed.splitlines()[-1])


def report(name: str, what: str) -> None:
    """Print the processor's seconds of the first call: what the fresh process runs."""
    import numba  # noqa: F401 - loading it is not compiling
    import scipy.linalg  # noqa: F401

    from tests.benchmarks.training import LOOPS

    call = (whole if what == LOOP else alone)(name, LOOPS[name].sample(1))
    start = time.process_time()
    call()
    sys.stdout.write(json.dumps(time.process_time() - start) + "\n")


def whole(name: str, arguments: tuple[Any, ...]) -> Callable[[], object]:
    from tests.benchmarks.training import LOOPS

    return lambda: LOOPS[name].function(*arguments)


def alone(name: str, arguments: tuple[Any, ...]) -> Callable[[], object]:
    """Return the call of the loop's loss and gradient, by themselves."""
    import bpcompiler as bp
    from tests.benchmarks import functions as calls
    from tests.benchmarks.training import functions

    if name == "descent":
        gradient = bp.value_and_grad(calls.f, argnums=(0, 1))
        return lambda: gradient(*arguments[:2])
    if name == "two_layers":
        gradient = bp.value_and_grad(functions.two_layers_loss)
        return lambda: gradient(*arguments[:3])
    params, images, labels, *_ = arguments
    gradient = bp.value_and_grad(functions.cross_entropy)
    return lambda: gradient(params, images[: functions.BATCH], labels[: functions.BATCH])
