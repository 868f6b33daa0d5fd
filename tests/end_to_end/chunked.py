"""Loops in chunks, run by CPython: one turn a chunk, the chunks in any order."""

import re

import numpy as np

from bpcompiler import pipeline
from bpcompiler.codegen.lowered import lowered_source
from bpcompiler.lowering.parallel import lengths
from bpcompiler.lowering.parallel.threads import on_threads
from bpcompiler.lowering.rules import lowered
from bpcompiler.runtime import threads
from bpcompiler.runtime.faults import new_fault
from tests.end_to_end.running import numbers

NOT_FOR_CPYTHON = r"from numba|from bpcompiler.runtime.indices|@njit"


def in_chunks_of_one_turn(program, monkeypatch):
    """Return the program in few loops and the same in chunks, None where no loop is fit for threads."""
    monkeypatch.setattr(lengths, "WORTH", 0)
    chunks = lowered(program, pipeline.checked, late=[on_threads])
    is_cut = any(eqn.attrs.get("threads") for eqn in chunks.block.equations)
    return (lowered(program), chunks) if is_cut else None


def forwards(function, chunks, arguments):
    for chunk in range(chunks):
        function(chunk, *arguments)


def backwards(function, chunks, arguments):
    for chunk in reversed(range(chunks)):
        function(chunk, *arguments)


def results_of_source(program, flat, monkeypatch, in_chunks=forwards):
    """Return the flat results of the program's lowered source. Memory that nobody has written is NaN."""
    source = lowered_source(program)
    lines = [line for line in source.text.splitlines() if not re.match(NOT_FOR_CPYTHON, line)]
    namespace = {"unsigned": int, "opaque": int, "poisoned": _poisoned}
    text = "\n".join(lines).replace("np.empty(", "poisoned(")
    copies = [each.copy() if isinstance(each, np.ndarray) else each for each in flat]
    with monkeypatch.context() as patch, np.errstate(all="ignore"):
        patch.setattr(threads, "in_chunks", in_chunks)
        exec(compile(text, "<chunks>", "exec"), namespace)
        found = namespace[program.name](*copies, *([new_fault()] if source.checks else []))
    return numbers(list(found) if isinstance(found, tuple) else [found])


def _poisoned(shape, dtype=np.float64):
    made = np.empty(shape, dtype)
    made.fill(np.nan if made.dtype.kind == "f" else 1)
    return made


def assert_order_does_not_matter(program, flat, monkeypatch, rtol):
    """Assert that chunks may run in any order, and compute what the loops do but for the order of sums."""
    programs = in_chunks_of_one_turn(program, monkeypatch)
    if programs is None:
        return
    whole, chunks = programs
    found = results_of_source(chunks, flat, monkeypatch)
    np.testing.assert_array_equal(results_of_source(chunks, flat, monkeypatch, backwards), found)
    expected = results_of_source(whole, flat, monkeypatch)
    atol = rtol * np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected))
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=atol)
