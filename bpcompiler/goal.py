"""What a transform computes.

value            f(x)                              grad             the gradient
value_and_grad   both                              jvp              f(x) and its change along a tangent
vjp              the cotangents of the inputs      hvp              the gradient's change along a tangent
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """What to compute. `argnums`: one argument, several, or `...` for all; an int or a parameter's name."""

    kind: str
    argnums: Any = 0
    has_aux: bool = False
    checkpoint: int | str | None = None  # "sqrt", or bytes: loops run in segments, again in the reverse
    precise: bool = False  # libm's functions, and sums in order
    parallel: bool = False  # long loops run on several threads
    is_method: bool = False  # the first argument is `self`, which does not count
    stores: bool = True  # of "value": what the function stores into its arguments is seen by the caller

    @property
    def takes_more(self) -> int:
        """How many arguments come after the function's own: tangents or cotangents."""
        return {"jvp": 1, "hvp": 1, "vjp": 1}.get(self.kind, 0)
