"""Checks in compiled code: what is written down when one fails, and what the function then returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bpcompiler.errors import Origin
from bpcompiler.ir.equations import Equation, Operand
from bpcompiler.ir.types import BOOL, FLOAT32, FLOAT64, INT64, Array, Aval, is_weak
from bpcompiler.primitives.declare import Text

HELPERS = ("nothing",)

# What a slot of the report holds: Python's number, or NumPy's.
_LETTERS = {FLOAT64: "fF", FLOAT32: "gg", INT64: "iI", BOOL: "bB"}


@dataclass(frozen=True, slots=True)
class CheckSite:
    """A check in the compiled code: fault number i + 1 is entry i of the list.

    `values` has a letter for each number that is reported. `exception` and `args`: what the user raises.
    """

    kind: str
    origin: Origin | None
    values: str
    exception: Any = None
    args: tuple[Any, ...] = ()


def site_of(eqn: Equation) -> CheckSite:
    """Return what a check's fault means."""
    letters = "".join(_LETTERS[o.aval.dtype][not is_weak(o.aval)] for o in eqn.operands[1:])
    if eqn.attrs["kind"] not in ("raise", "assert"):
        return CheckSite(eqn.attrs["kind"], eqn.origin, letters.lower())
    return CheckSite(eqn.attrs["kind"], eqn.origin, letters, eqn.attrs["exception"], tuple(eqn.attrs["args"]))


def check_lines(eqn: Equation, values: Sequence[Text], number: int) -> Iterator[str]:
    """Yield the statements that report a fault. Floats are kept by their bits."""
    for slot, (operand, text) in enumerate(zip(eqn.operands[1:], values, strict=True), 1):
        target = "fault.view(np.float64)" if operand.aval.dtype.is_float else "fault"
        yield f"{target}[{slot}] = {text}"
    yield f"fault[0] = {number}"


def no_results(outputs: Sequence[Operand]) -> list[str]:
    """Return a result of the right type for each output, of a call that failed."""
    return [_nothing(output.aval) for output in outputs]


def _nothing(aval: Aval) -> str:
    dtype = "np.bool_" if aval.dtype is BOOL else f"np.{aval.dtype.value}"
    if isinstance(aval, Array):
        return f"nothing({dtype}, {len(aval.shape)})"
    return {BOOL: "False", INT64: "0", FLOAT64: "0.0", FLOAT32: "np.float32(0.0)"}[aval.dtype]
