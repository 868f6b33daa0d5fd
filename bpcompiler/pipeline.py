"""The stages, in order. Data goes one way: function, program, derivative, loops, text, machine code.

This page holds no logic; each stage is a function of its own folder. With `BPCOMPILER_VERIFY=1` (the tests
set it) every program is verified between the stages.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bpcompiler.codegen.lowered import LoweredSource, lowered_source
from bpcompiler.codegen.lowered_checks import CheckSite
from bpcompiler.frontend.tracing import Tracing
from bpcompiler.frontend.tracing import trace as trace_function
from bpcompiler.goal import Goal
from bpcompiler.goals import Derived, in_arrays
from bpcompiler.goals import derive as derive_program
from bpcompiler.ir.boundary import Boundary
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Symbol
from bpcompiler.ir.verify import verify
from bpcompiler.lowering.given import with_given_results
from bpcompiler.lowering.parallel.threads import on_threads
from bpcompiler.lowering.rules import SUMS, lowered
from bpcompiler.lowering.vectorising import in_vectors
from bpcompiler.runtime import folder
from bpcompiler.runtime.compiled import Compiled, load
from bpcompiler.runtime.faults import FaultEntry
from bpcompiler.transforms.local import remember_in
from bpcompiler.transforms.splice import spliced
from bpcompiler.transforms.tidy import tidied


def trace(
    goal: Goal, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Tracing:
    """frontend: the function and the arguments of a call -> a program."""
    counted = goal.kind == "vjp"  # its cotangents have the structure of what was returned, item by item
    tracing = trace_function(function, args, kwargs, counted=counted)
    tidy = tidied(checked(tracing.program, "tracing"))
    return replace(tracing, program=checked(tidy, "tidying"))


def derive(goal: Goal, tracing: Tracing, parameters: tuple[str, ...]) -> Derived:
    """transforms: the program -> the program of its derivative."""
    remember_in(folder.place(folder.DERIVATIVES))
    derived = derive_program(goal, tracing, parameters)
    spliced_program = checked(spliced(checked(derived.program, goal.kind)), "splicing")
    return replace(derived, program=spliced_program)


def derive_in_arrays(goal: Goal, tracing: Tracing, parameters: tuple[str, ...]) -> Program | None:
    """transforms: the same program with array code for independent turns of loops; None without any."""
    arrays = in_arrays(goal, tracing)
    if arrays is None:
        return None
    checked(arrays.program, "vectorizing")
    return derive(goal, arrays, parameters).program


def in_loops(
    program: Program,
    sizes: Mapping[Symbol, int] | None = None,
    precise: bool = False,
    parallel: bool = False,
) -> Program:
    """lowering: arrays -> loops over elements, in a form for these sizes; `precise`: all in its order."""
    program = checked(program, "derivation")
    form = None if precise else sizes
    late = [partial(on_threads, in_order=precise)] if parallel else []
    sums = () if precise else SUMS
    loops = checked(lowered(program, checked, sizes=form, late=late, sums=sums), "lowering")
    return loops if precise else checked(in_vectors(loops), "vectorising")


def compile_program(
    program: Program,
    name: str,
    boundary: Boundary | None = None,
    sizes: Mapping[Symbol, int] | None = None,
    precise: bool = False,
    parallel: bool = False,
) -> Compiled:
    """codegen, runtime: the program -> loops -> text -> machine code; for calls from Python its boundary."""
    loops = replace(in_loops(program, sizes, precise, parallel), name=name)
    if boundary is None:
        return _loaded(lowered_source(loops), name)
    loops, given = with_given_results(loops)
    nested = None if given or boundary.tests else boundary.result
    boundary = replace(boundary, result=nested, given=len(given))
    compiled = _loaded(lowered_source(loops, boundary), name)
    return replace(compiled, given=given, tests_sizes=bool(boundary.tests))


def _loaded(source: LoweredSource, name: str) -> Compiled:
    return load(source.text, name, tuple(map(_fault, source.checks)))


def checked(program: Program, after: str) -> Program:
    """Verify the program, where that is asked for."""
    return verify(program, after) if os.environ.get("BPCOMPILER_VERIFY") else program


def _fault(site: CheckSite) -> FaultEntry:
    return FaultEntry(site.kind, site.origin, site.values, exception=site.exception, args=site.args)
