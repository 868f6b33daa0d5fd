"""What generated code says of indices."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


@intrinsic  # type: ignore[untyped-decorator]
def unsigned(typing_context: Any, index: Any) -> Any:
    """Return an index that is not negative as an unsigned number: it is not counted from the end."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return arguments[0]

    return types.uint64(types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def opaque(typing_context: Any, index: Any) -> Any:
    """Return an index as it is; how it changes from turn to turn of a loop is hidden from LLVM."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(arguments[0].type, [arguments[0].type])
        return builder.asm(kind, "", "=r,0", arguments, side_effect=False)  # no instruction at all

    return types.int64(types.int64), generate
