"""What the kernels say in LLVM: loads and stores at addresses, calls of BLAS by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from bpcompiler.runtime.blas_symbols import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

INT = ir.IntType(32)
ADDRESS = cgutils.intp_t
CHAR = ir.IntType(8)
POINTER = ir.IntType(8).as_pointer()
FLOATS = {types.float64: ir.DoubleType(), types.float32: ir.FloatType()}
NUMBERS = {**FLOATS, types.int32: INT}  # what may be read from memory


def routine(name: str, signature: str, dtype: Any, returns: Any = types.void) -> Callable[..., Any]:
    """Return a nopython function that calls a routine of BLAS.

    `signature` has a letter an argument: c a character's code, i an integer, f a number of `dtype` (all
    three passed by reference, as Fortran wants them), p an address.
    """

    def codegen(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        passed = [
            _by_reference(builder, letter, arg, dtype) for letter, arg in zip(signature, args, strict=True)
        ]
        result = ir.VoidType() if returns == types.void else FLOATS[returns]
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(result, [POINTER] * len(passed)), PREFIX + name
        )
        value = builder.call(function, passed)
        return _context.get_dummy_value() if returns == types.void else value

    kinds = {"c": types.intp, "i": types.intp, "p": types.intp, "f": dtype}
    typed = returns(*(kinds[letter] for letter in signature))
    parameters = ", ".join(f"x{i}" for i in range(len(signature)))
    return made_intrinsic(parameters, typed, codegen)


def load(dtype: Any) -> Callable[[int], Any]:
    """Return a nopython function: address -> the number there, which need not be aligned."""

    def codegen(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.load(builder.inttoptr(args[0], NUMBERS[dtype].as_pointer()), align=1)

    return made_intrinsic("address", dtype(types.intp), codegen)


def store(dtype: Any) -> Callable[[int, float], Any]:
    """Return a nopython function: address, number -> None, the number stored there."""

    def codegen(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        builder.store(args[1], builder.inttoptr(args[0], FLOATS[dtype].as_pointer()), align=1)
        return context.get_dummy_value()

    return made_intrinsic("address, value", types.void(types.intp, dtype), codegen)


def _allocate(_typing: Any, _size: Any) -> Any:
    """Return the address of new memory of that many bytes, 0 where there is none."""

    def codegen(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.ptrtoint(context.nrt.allocate_unchecked(builder, args[0]), ADDRESS)

    return types.intp(types.intp), codegen


def _release(_typing: Any, _address: Any) -> Any:
    """Free what `allocate` returned; 0 is fine, as it is for C's `free`."""

    def codegen(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        context.nrt.free(builder, builder.inttoptr(args[0], POINTER))
        return context.get_dummy_value()

    return types.void(types.intp), codegen


def scratch(size: int) -> Callable[[], int]:
    """Return a nopython function: the address of that many bytes of its caller's stack."""

    def codegen(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        words = ir.ArrayType(ir.IntType(64), -(-size // 8))
        return builder.ptrtoint(cgutils.alloca_once(builder, words), ADDRESS)

    return made_intrinsic("", types.intp(), codegen)


def _threads(_typing: Any) -> Any:
    """Return how many threads BLAS may use, where `counts_threads` knows."""

    def codegen(_context: Any, builder: Any, _signature: Any, _args: Any) -> Any:
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(INT, []), PREFIX + "threads"
        )
        return builder.sext(builder.call(function, []), ADDRESS)

    return types.intp(), codegen


threads: Callable[[], int] = intrinsic(_threads)
allocate: Callable[[int], int] = intrinsic(_allocate)
release: Callable[[int], None] = intrinsic(_release)


def _by_reference(builder: Any, letter: str, value: Any, dtype: Any) -> Any:
    """Return the argument as BLAS takes it, as an untyped pointer."""
    if letter == "p":
        return builder.inttoptr(value, POINTER)
    if letter != "f":
        value = builder.trunc(value, CHAR if letter == "c" else INT)
    elif value.type != FLOATS[dtype]:
        raise TypeError(f"{value.type} is not {dtype}")
    return builder.bitcast(cgutils.alloca_once_value(builder, value), POINTER)


def made_intrinsic(parameters: str, signature: Any, codegen: Callable[..., Any]) -> Callable[..., Any]:
    """Return an intrinsic with named parameters; Numba wants them written out."""
    namespace = {"signature": signature, "codegen": codegen}
    exec(f"def function(_typing{parameters and ', '}{parameters}): return signature, codegen", namespace)  # noqa: S102
    made: Callable[..., Any] = intrinsic(namespace["function"])
    return made
