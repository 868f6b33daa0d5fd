"""What a name may hold besides a value, after a branch or loop on traced values: perhaps nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bpcompiler.errors import NeedsValueError, UnsupportedError


@dataclass(frozen=True, slots=True, eq=False)
class Maybe:
    """A name that is bound where the traced bool `bound` is true."""

    value: Any
    bound: Any


@dataclass(frozen=True, slots=True, eq=False)
class Unjoined:
    """A name whose values on the ways into a join have nothing in common. Reading it raises the error."""

    error: NeedsValueError | UnsupportedError
