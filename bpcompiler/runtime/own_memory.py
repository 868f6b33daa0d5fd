"""Arrays that generated code makes, told to LLVM as what they are: memory of their own.

Numba hides from LLVM that the memory of `np.empty` overlaps no other array. So LLVM has a loop compare
addresses first, and run element by element where arrays lie too close together for its vectors. A sum of a
loop that writes such an array would then depend on addresses: in the last bit, from one call to the next.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, lowering, types
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import BaseNativeLowering

_NAME = "bp.own_memory"
_MAKERS: tuple[Any, ...] = (np.empty,)
_POINTER = ir.IntType(8).as_pointer()


class _Lower(lowering.Lower):  # type: ignore[misc]
    def lower_expr(self, resty: Any, expr: Any) -> Any:
        """Return the value of an expression; of a new array, with an address that LLVM knows to be new."""
        value = super().lower_expr(resty, expr)
        if expr.op != "call" or not isinstance(resty, types.Array):
            return value
        called = self.typeof(expr.func.name)
        is_new = isinstance(called, types.Function) and called.typing_key in _MAKERS
        return _with_own_memory(self.context, self.builder, resty, value) if is_new else value


@register_pass(mutates_CFG=True, analysis_only=False)
class OwnMemoryLowering(BaseNativeLowering):  # type: ignore[misc]
    """Numba's last pass, to LLVM."""

    _name = "bpcompiler_native_lowering"

    @property
    def lowering_class(self) -> Any:
        """The class that does it."""
        return _Lower


def _with_own_memory(context: Any, builder: Any, array_type: Any, value: Any) -> Any:
    array = context.make_array(array_type)(context, builder, value=value)
    address = builder.bitcast(array.data, _POINTER)
    own = builder.call(_own_memory(builder.module), [address])
    _know_elsewhere(builder, own)
    array.data = builder.bitcast(own, array.data.type)
    return array._getvalue()  # noqa: SLF001 - Numba's way to the value of a structure


def _own_memory(module: Any) -> Any:
    """Return a function from an address to the same one, of which LLVM sees only that nothing else has it."""
    known = module.globals.get(_NAME)
    if known is not None:
        return known
    kind = ir.FunctionType(_POINTER, [_POINTER])
    function = cgutils.get_or_insert_function(module, kind, _NAME)
    function.linkage = "internal"
    function.attributes.add("noinline")
    function.return_value.add_attribute("noalias")
    builder = ir.IRBuilder(function.append_basic_block())
    builder.ret(builder.asm(kind, "", "=r,0", [function.args[0]], False))
    return function


def _know_elsewhere(builder: Any, address: Any) -> None:
    """Let calls be taken to use the memory: what frees it is one, and has another address of it."""
    kind = ir.FunctionType(ir.VoidType(), [_POINTER])
    builder.asm(kind, "", "r,~{memory}", [address], True)
