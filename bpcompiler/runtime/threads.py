"""Chunks of a loop on several threads: `in_chunks(function, chunks, (x, y))` for generated code.

    in_chunks(f, 3, (x, y))      f(0, x, y), f(1, x, y), f(2, x, y), in any order, on any thread

A loop's threads live as long as the loop. There is no pool: a forked child and callers on other threads find
nothing that could be in a wrong state. The caller's thread works too; where no thread can be had, it works
alone. Whoever is free takes the next chunk, and all run the same machine code, so that a result does not
depend on how many they are. They never need Python's lock.

    job ::= next chunk, chunks, whether one failed, arguments
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable
from typing import Any

import llvmlite.binding
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing import signature
from numba.extending import lower_builtin, type_callable

COUNT_SYMBOL = "bp_thread_count"
VARIABLES = ("BPCOMPILER_NUM_THREADS", "OMP_NUM_THREADS")  # the first that says a number
MOST = 256  # threads of one loop
_INT, _POINTER = ir.IntType(64), ir.IntType(8).as_pointer()
_NEXT, _CHUNKS, _FAILED, _ARGUMENTS = range(4)
START, JOIN, _RUNNER = "bp_thread_start", "bp_thread_join", "bp_run_on_threads"
_WORK = ir.FunctionType(_POINTER, [_POINTER])
_RUN = ir.FunctionType(ir.VoidType(), [_WORK.as_pointer(), _POINTER, _INT])
_START_TYPE = ir.FunctionType(ir.IntType(32), [_INT.as_pointer(), _POINTER, _WORK.as_pointer(), _POINTER])
_JOIN_TYPE = ir.FunctionType(ir.IntType(32), [_INT, _POINTER.as_pointer()])


def in_chunks(function: Callable[..., None], chunks: int, arguments: tuple[Any, ...]) -> None:
    """Call the function for each chunk, from 0: `function(chunk, *arguments)`."""
    for chunk in range(chunks):
        function(chunk, *arguments)


def threads_wanted() -> int:
    """Return how many threads a loop is to have, the caller's included."""
    for variable in VARIABLES:
        said = os.environ.get(variable, "")
        if said.isdecimal() and int(said) > 0:
            return min(int(said), MOST)
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, MOST)


_count = ctypes.c_int64(threads_wanted())  # read by machine code at each loop


def set_threads(count: int) -> int:
    """Let loops from now on have so many threads, the caller's included; return how many they had."""
    before = _count.value
    _count.value = max(1, min(count, MOST))
    return before


def _type_in_chunks(context: Any) -> Any:
    def typer(function: Any, chunks: Any, arguments: Any) -> Any:
        if not isinstance(function, types.Dispatcher) or not isinstance(chunks, types.Integer):
            return None
        function.get_call_type(context, (types.int64, *arguments.types), {})
        return signature(types.none, function, types.int64, arguments)

    return typer


def _lower_in_chunks(context: Any, builder: Any, given: Any, args: Any) -> Any:
    function, _, arguments = given.args
    _, chunks, values = args
    job = cgutils.alloca_once(builder, ir.LiteralStructType([_INT, _INT, _INT, values.type]))
    for at, value in ((_NEXT, _INT(0)), (_CHUNKS, chunks), (_FAILED, _INT(0)), (_ARGUMENTS, values)):
        builder.store(value, _field(builder, job, at))
    work = _worker(context, builder.module, function, arguments, job.type)
    builder.call(_runner(builder.module), [work, builder.bitcast(job, _POINTER), chunks])
    failed = builder.load(_field(builder, job, _FAILED))
    with cgutils.if_unlikely(builder, cgutils.is_true(builder, failed)):
        context.call_conv.return_user_exc(builder, MemoryError, ("no memory for a chunk of a loop",))
    return context.get_dummy_value()


def _field(builder: Any, job: Any, at: int) -> Any:
    return cgutils.gep_inbounds(builder, job, 0, at)


def _worker(context: Any, module: Any, function: Any, arguments: Any, job_type: Any) -> Any:
    """Return what a thread runs: it takes chunks until there are none. Never inlined: one text for all."""
    compiled = function.dispatcher.overloads[(types.int64, *arguments.types)]
    context.add_linking_libs([compiled.library])
    work = _new_function(module, _WORK, module.get_unique_name(f"chunks_of_{compiled.fndesc.mangled_name}"))
    again, run, done = (work.append_basic_block(label) for label in ("again", "run", "done"))
    builder = ir.IRBuilder(work.entry_basic_block)
    job = builder.bitcast(work.args[0], job_type)
    values = builder.load(_field(builder, job, _ARGUMENTS))
    taken = [builder.extract_value(values, at) for at in range(len(arguments.types))]
    chunks = builder.load(_field(builder, job, _CHUNKS))
    builder.branch(again)
    builder.position_at_end(again)
    chunk = builder.atomic_rmw("add", _field(builder, job, _NEXT), _INT(1), "monotonic")
    builder.cbranch(builder.icmp_signed("<", chunk, chunks), run, done)
    builder.position_at_end(run)
    status = _call(context, builder, compiled.fndesc, [chunk, *taken])
    with cgutils.if_unlikely(builder, status.is_error):
        builder.store(_INT(1), _field(builder, job, _FAILED))
    builder.branch(again)
    builder.position_at_end(done)
    builder.ret(_POINTER(None))
    return work


def _call(context: Any, builder: Any, described: Any, args: Any) -> Any:
    """Call a function that Numba has compiled; return whether it raised."""
    callee = context.declare_function(builder.module, described)
    convention = context.call_conv
    return convention.call_function(builder, callee, described.restype, described.argtypes, args)[0]


def _new_function(module: Any, kind: Any, name: str) -> Any:
    function = ir.Function(module, kind, name)
    function.linkage = "internal"
    function.attributes.add("noinline")
    function.append_basic_block("entry")
    return function


def _runner(module: Any) -> Any:
    """Return what runs a worker on a job: on this thread, and on others, at most one for each chunk."""
    if _RUNNER in module.globals:
        return module.globals[_RUNNER]
    function = _new_function(module, _RUN, _RUNNER)
    work, job, chunks = function.args
    builder = ir.IRBuilder(function.entry_basic_block)
    if _add_symbols():
        threads, started = _start(builder, work, job, chunks)
        builder.call(work, [job])
        with cgutils.for_range(builder, builder.load(started)) as loop:
            thread = builder.load(builder.gep(threads, [loop.index]))
            join = cgutils.get_or_insert_function(module, _JOIN_TYPE, JOIN)
            builder.call(join, [thread, _POINTER.as_pointer()(None)])
    else:
        builder.call(work, [job])
    builder.ret_void()
    return function


def _start(builder: Any, work: Any, job: Any, chunks: Any) -> Any:
    """Start the other threads, until one cannot be had; return where they are, and where their number is."""
    module = builder.module
    threads = builder.alloca(_INT, MOST)
    started = cgutils.alloca_once_value(builder, _INT(0))
    wanted = builder.load(ir.GlobalVariable(module, _INT, COUNT_SYMBOL))
    wanted = builder.select(builder.icmp_signed("<", wanted, chunks), wanted, chunks)
    with cgutils.for_range(builder, builder.sub(wanted, _INT(1))) as loop:
        place = builder.gep(threads, [loop.index])
        start = cgutils.get_or_insert_function(module, _START_TYPE, START)
        refused = builder.call(start, [place, _POINTER(None), work, job])
        with cgutils.if_unlikely(builder, cgutils.is_true(builder, refused)):
            loop.do_break()
        builder.store(builder.add(loop.index, _INT(1)), started)
    return threads, started


@functools.cache
def _add_symbols() -> bool:
    """Name what machine code links to; return False where there are no POSIX threads."""
    llvmlite.binding.add_symbol(COUNT_SYMBOL, ctypes.addressof(_count))
    try:
        process = ctypes.CDLL(None)
        found = {START: process.pthread_create, JOIN: process.pthread_join}
    except (AttributeError, OSError, TypeError):
        return False
    for name, function in found.items():
        llvmlite.binding.add_symbol(name, ctypes.cast(function, ctypes.c_void_p).value)
    return True


_add_symbols()
type_callable(in_chunks)(_type_in_chunks)
lower_builtin(in_chunks, types.Dispatcher, types.Integer, types.BaseTuple)(_lower_in_chunks)
