"""What machine code is told of results that the caller makes: that their memory is nobody else's.

LLVM need not ask then whether a loop that writes them changes what it reads. It would ask by comparing
addresses, and add up a sum in another order where small arrays lie close together.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic

_DATA = 4  # of the fields of an array: meminfo, parent, nitems, itemsize, data


@intrinsic(prefer_literal=True)  # type: ignore[untyped-decorator]
def unshared(typing_context: Any, names: Any) -> Any:
    """Say that the parameters of these names are arrays that nothing else of this call overlaps."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        wanted = {f"arg.{name}.{_DATA}" for name in names.literal_value.split(", ")}
        for argument in builder.function.args:
            if argument.name in wanted:
                argument.add_attribute("noalias")
        return context.get_dummy_value()

    return types.none(names), generate
