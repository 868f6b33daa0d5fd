"""Runs a program as machine code, on copies of its arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpcompiler import pipeline
from bpcompiler.ir.program import Program
from bpcompiler.runtime.compiled import Compiled
from bpcompiler.runtime.faults import check, new_fault


def compiled(program: Program) -> Compiled:
    """Return the machine code of a program, unverified programs refused."""
    return pipeline.compile_program(program, program.name)


def call(code: Compiled, *args: Any) -> Any:
    """Return what compiled code returns, as a list, or raise what its fault means."""
    fault = [new_fault()] if code.faults else []
    result = code.kernel(*args, *fault)
    if fault:
        check(code.faults, fault[0])
    return list(result) if isinstance(result, tuple) else [result]


def copies(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the arguments with every array copied."""
    return tuple(arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args)
