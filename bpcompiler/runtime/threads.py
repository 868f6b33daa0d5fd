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
_START, _JOIN = "bp_thread_start", "bp_thread_join"


def in_chunks(function: Callable[..., None], chunks: int, arguments: tuple[Any, ...]) -> None:
    """Call the function for each chunk, from 0: `function(chunk, *arguments)`."""
    for chunk in range(chunks):
        function(chunk, *arguments)


def _threads_wanted() -> int:
    for variable in VARIABLES:
        said = os.environ.get(variable, "")
        if said.isdecimal() and int(said) > 0:
            return min(int(said), MOST)
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, MOST)


_count = ctypes.c_int64(_threads_wanted())  # read by machine code at each loop


def set_threads(count: int) -> None:
    """Let loops from now on have so many threads, the caller's included."""
    _count.value = max(1, min(count, MOST))


def _type_in_chunks(context: Any) -> Any:
    def typer(function: Any, chunks: Any, arguments: Any) -> Any:
        if not isinstance(function, types.Dispatcher) or not isinstance(chunks, types.Integer):
            return None
        function.get_call_type(context, (types.int64, *arguments.types), {})
        return signature(types.none, function, types.int64, arguments)

    return typer


def _lower_in_chunks(context: Any, builder: Any, given: Any, args: Any) -> Any:
    function, _, arguments = given.args
    job = _new_job(builder, args)
    work = _worker(context, builder, function, arguments, job.type)
    pointer = builder.bitcast(job, _POINTER)
    if _add_symbols():
        _on_threads(builder, work, pointer, args[1])
    else:
        builder.call(work, [pointer])
    failed = builder.load(_field(builder, job, _FAILED))
    with cgutils.if_unlikely(builder, cgutils.is_true(builder, failed)):
        context.call_conv.return_user_exc(builder, MemoryError, ("no memory for a chunk of a loop",))
    return context.get_dummy_value()


def _new_job(builder: Any, args: Any) -> Any:
    _, chunks, values = args
    kind = ir.LiteralStructType([_INT, _INT, _INT, values.type])
    job = cgutils.alloca_once(builder, kind)
    for at, value in ((_NEXT, _INT(0)), (_CHUNKS, chunks), (_FAILED, _INT(0)), (_ARGUMENTS, values)):
        builder.store(value, _field(builder, job, at))
    return job


def _field(builder: Any, job: Any, at: int) -> Any:
    return cgutils.gep_inbounds(builder, job, 0, at)


def _worker(context: Any, builder: Any, function: Any, arguments: Any, kind: Any) -> Any:
    """Return what a thread runs: it takes chunks until there are none. Never inlined: one text for all."""
    compiled = function.dispatcher.overloads[(types.int64, *arguments.types)]
    context.add_linking_libs([compiled.library])
    module = builder.module
    name = module.get_unique_name(f"chunks_of_{compiled.fndesc.mangled_name}")
    work = ir.Function(module, ir.FunctionType(_POINTER, [_POINTER]), name)
    work.linkage = "internal"
    work.attributes.add("noinline")
    inside = ir.IRBuilder(work.append_basic_block("entry"))
    job = inside.bitcast(work.args[0], kind)
    values = cgutils.unpack_tuple(inside, inside.load(_field(inside, job, _ARGUMENTS)), len(arguments.types))
    chunks = inside.load(_field(inside, job, _CHUNKS))
    again, run, done = (work.append_basic_block(label) for label in ("again", "run", "done"))
    inside.branch(again)
    inside.position_at_end(again)
    chunk = inside.atomic_rmw("add", _field(inside, job, _NEXT), _INT(1), "monotonic")
    inside.cbranch(inside.icmp_signed("<", chunk, chunks), run, done)
    inside.position_at_end(run)
    callee = context.declare_function(module, compiled.fndesc)
    status, _ = context.call_conv.call_function(
        inside, callee, compiled.fndesc.restype, compiled.fndesc.argtypes, [chunk, *values]
    )
    with cgutils.if_unlikely(inside, status.is_error):
        inside.store(_INT(1), _field(inside, job, _FAILED))
    inside.branch(again)
    inside.position_at_end(done)
    inside.ret(_POINTER(None))
    return work


def _on_threads(builder: Any, work: Any, job: Any, chunks: Any) -> None:
    """Start threads, at most one less than there are chunks, work as well, and wait for them."""
    module = builder.module
    start_type = ir.FunctionType(ir.IntType(32), [_INT.as_pointer(), _POINTER, work.type, _POINTER])
    start = cgutils.get_or_insert_function(module, start_type, _START)
    join_type = ir.FunctionType(ir.IntType(32), [_INT, _POINTER.as_pointer()])
    join = cgutils.get_or_insert_function(module, join_type, _JOIN)
    handles = cgutils.alloca_once(builder, _INT, size=_INT(MOST))
    started = cgutils.alloca_once_value(builder, _INT(0))
    if COUNT_SYMBOL not in module.globals:
        ir.GlobalVariable(module, _INT, COUNT_SYMBOL)
    wanted = builder.load(module.globals[COUNT_SYMBOL])
    wanted = builder.select(builder.icmp_signed("<", wanted, chunks), wanted, chunks)
    with cgutils.for_range(builder, builder.sub(wanted, _INT(1))) as loop:
        at = builder.load(started)
        nothing = _POINTER(None)
        refused = builder.call(start, [builder.gep(handles, [at]), nothing, work, job])
        with cgutils.if_unlikely(builder, cgutils.is_true(builder, refused)):
            loop.do_break()
        builder.store(builder.add(at, _INT(1)), started)
    builder.call(work, [job])
    with cgutils.for_range(builder, builder.load(started)) as loop:
        handle = builder.load(builder.gep(handles, [loop.index]))
        builder.call(join, [handle, _POINTER.as_pointer()(None)])


@functools.cache
def _add_symbols() -> bool:
    """Name what machine code links to; return False where there are no POSIX threads."""
    llvmlite.binding.add_symbol(COUNT_SYMBOL, ctypes.addressof(_count))
    try:
        process = ctypes.CDLL(None)
        found = {_START: process.pthread_create, _JOIN: process.pthread_join}
    except (AttributeError, OSError, TypeError):
        return False
    for name, function in found.items():
        llvmlite.binding.add_symbol(name, ctypes.cast(function, ctypes.c_void_p).value)
    return True


_add_symbols()
type_callable(in_chunks)(_type_in_chunks)
lower_builtin(in_chunks, types.Dispatcher, types.Integer, types.BaseTuple)(_lower_in_chunks)
