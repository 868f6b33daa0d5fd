"""What calls of vector functions say in LLVM.

A call of a scalar function carries the name of the vector function that LLVM's loop vectoriser may call
instead (attribute `vector-function-abi-variant`). The scalar function is lane 0 of that same vector function:
an element's result never depends on its position, on the array's length or on how a loop was cut.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import llvmlite.binding
from llvmlite import ir
from numba.core import cgutils

from bpcompiler.runtime.vector_library import LIBRARY, vector_library

_INDEX = ir.IntType(32)
_POINTER = ir.IntType(8).as_pointer()
# Widest first: LLVM's feature, the letter in glibc's names, bits of a vector.
_WIDTHS = (("+avx512f", "e", 512), ("+avx2", "d", 256), ("+sse2", "b", 128))
_PURE = ("memory(none)", "nounwind", "willreturn")


@dataclass(frozen=True, slots=True)
class VectorForm:
    """A function of libmvec: its symbol, and how many numbers of how many bits it takes at once."""

    symbol: str
    bits: int
    lanes: int

    @property
    def number(self) -> Any:
        """The type of one number."""
        return ir.DoubleType() if self.bits == 64 else ir.FloatType()

    @property
    def vector(self) -> Any:
        """The type of a vector."""
        return ir.VectorType(self.number, self.lanes)


def load_library() -> bool:
    """Say whether the vector functions can be called, after making their names known to machine code."""
    if not vector_library():
        return False
    llvmlite.binding.load_library_permanently(LIBRARY)
    return True


@functools.cache
def vector_form(name: str, operands: int, bits: int, features: str) -> VectorForm | None:
    """Return the widest vector form of a function of libm for a processor, None where there is none."""
    if not load_library():
        return None
    available = features.split(",")
    for feature, letter, width in _WIDTHS:
        if feature in available:
            lanes = width // bits
            symbol = f"_ZGV{letter}N{lanes}{'v' * operands}_{name}{'' if bits == 64 else 'f'}"
            known = llvmlite.binding.address_of_symbol(symbol) is not None
            return VectorForm(symbol, bits, lanes) if known else None
    return None


def call_vector(builder: Any, form: VectorForm, args: Any) -> Any:
    """Return the value of a call that LLVM may turn into one of the vector function."""
    module = builder.module
    signature = ir.FunctionType(form.vector, [form.vector] * len(args))
    vector = cgutils.get_or_insert_function(module, signature, form.symbol)
    _keep(module, vector)
    scalar = _lane_zero(module, form, vector, len(args))
    call = builder.call(scalar, args)
    variant = f"_ZGV_LLVM_N{form.lanes}{'v' * len(args)}_{scalar.name}({form.symbol})"
    for text in (*_PURE, f'"vector-function-abi-variant"="{variant}"'):
        _add_attribute(call, text)
    # Some processors prefer narrower vectors than they have: LLVM would not find the function's width.
    _add_attribute(builder.function, f'"prefer-vector-width"="{form.bits * form.lanes}"')
    return call


def _add_attribute(holder: Any, text: str) -> None:
    """Add an attribute that llvmlite has no name for: its own `add` refuses those."""
    set.add(holder.attributes, text)


def _keep(module: Any, function: Any) -> None:
    """Add a function to `llvm.compiler.used`, so that its declaration is there when loops are vectorised."""
    pointer = function.bitcast(_POINTER)
    before = module.globals.pop("llvm.compiler.used", None)
    kept = [] if before is None else list(before.initializer.constant)
    if str(pointer) not in map(str, kept):
        kept.append(pointer)
    if before is not None:
        module.scope._useset.discard(before.name)  # noqa: SLF001 - so that the name can be used again
    array = ir.ArrayType(_POINTER, len(kept))
    used = ir.GlobalVariable(module, array, "llvm.compiler.used")
    used.linkage, used.section = "appending", "llvm.metadata"
    used.initializer = ir.Constant(array, kept)


def _lane_zero(module: Any, form: VectorForm, vector: Any, operands: int) -> Any:
    """Return the scalar function: lane 0 of the vector function, whatever the other lanes hold."""
    signature = ir.FunctionType(form.number, [form.number] * operands)
    scalar = cgutils.get_or_insert_function(module, signature, f"bp_lane_0_of{form.symbol}")
    if scalar.is_declaration:
        scalar.linkage = "linkonce_odr"
        for attribute in ("noinline", "nounwind"):
            scalar.attributes.add(attribute)
        builder = ir.IRBuilder(scalar.append_basic_block())
        result = builder.call(vector, [_splat(builder, form, arg) for arg in scalar.args])
        builder.ret(builder.extract_element(result, ir.Constant(_INDEX, 0)))
    return scalar


def _splat(builder: Any, form: VectorForm, number: Any) -> Any:
    value = ir.Constant(form.vector, ir.Undefined)
    for lane in range(form.lanes):
        value = builder.insert_element(value, number, ir.Constant(_INDEX, lane))
    return value
