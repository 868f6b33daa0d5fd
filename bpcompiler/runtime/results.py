"""What generated code returns where it has no results: after a check that failed."""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic


@intrinsic(prefer_literal=True)  # type: ignore[untyped-decorator]
def nothing(typing_context: Any, dtype: Any, ndim: Any) -> Any:
    """Return an array of so many dimensions without elements: no memory, and next to nothing to compile."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.get_constant_null(signature.return_type)

    array = types.Array(dtype.instance_type, ndim.literal_value, "C")
    return array(dtype, ndim), generate
