"""What generated code says of indices."""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic


@intrinsic  # type: ignore[untyped-decorator]
def unsigned(typing_context: Any, index: Any) -> Any:
    """Return an index that is not negative as an unsigned number: it is not counted from the end."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return arguments[0]

    return types.uint64(types.int64), generate
