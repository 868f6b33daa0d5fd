"""The error for a traced value where Python needs its number."""

from __future__ import annotations

from typing import Any

from bpcompiler.errors import NeedsValueError

REMEDIES = {
    "condition": "use np.where, np.maximum, np.clip ... in place of a branch, or pass what steers it as an "
    "int, bool or str argument.",
    "formatting": "format what the call returns. An int argument may be formatted inside.",
    "range()": "pass the number of turns as an int argument, or loop over the rows of an array.",
    "int()": "use np.floor or np.rint to compute; an index or a count should be an int argument.",
    "dict key": "use an int or str argument as the key.",
    "item of a set": "use a list.",
    "index": "index by an int argument, or make an array of the list: np.array(values)[i].",
    "slice": "pass the bounds as int arguments.",
    "": "use an operation on arrays and floats, or pass the value as an int, bool or str argument: those may "
    "steer the trace.",
}


def needs_value(traced: Any, where: str) -> NeedsValueError:
    """Return the error for a traced value where Python needs its number."""
    words = where.removeprefix("a ").removeprefix("an ")
    remedy = next((text for start, text in REMEDIES.items() if words.startswith(start)), REMEDIES[""])
    return NeedsValueError(
        f"{where} needs the number of a traced {traced.aval.dtype.value}",
        remedy=f"The function is traced once for all values: {remedy}",
    )
