"""What a function reads from outside, as constants of a module: numbers in its text, arrays given to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpcompiler.frontend.leaf_names import outside_name
from bpcompiler.frontend.leaves import arguments_by_key
from bpcompiler.frontend.paths import resolve
from bpcompiler.outline import Outline


@dataclass(frozen=True, slots=True)
class Frozen:
    """A constant. `value`: of an array, a copy that nobody can change."""

    name: str
    line: str
    value: Any
    said: str  # for the docstring


def frozen(
    names: Sequence[str],
    function: Callable[..., Any],
    outline: Outline,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> list[Frozen]:
    """Return the hidden inputs under these names, with their values now."""
    arguments = arguments_by_key(tuple(args), kwargs)
    values = [resolve(function, path, arguments) for path in outline.hidden]
    return [_frozen(name, value) for name, value in zip(names, values, strict=True)]


def _frozen(name: str, value: Any) -> Frozen:
    if isinstance(value, np.ndarray):
        kept = value.copy(order="K")
        kept.flags.writeable = False
        shape = f"{kept.dtype.name}, shape {kept.shape}"
        digest = hashlib.sha256(repr(kept.strides).encode() + kept.tobytes(order="A")).hexdigest()
        return Frozen(name, f"{name}: np.ndarray  # {shape}, sha256 {digest}", kept, f"{name}, {shape}")
    return Frozen(name, f"{name} = {_number(value)}", value, f"{name} = {value}")


def _number(value: Any) -> str:
    """Return the text of a number that is exactly it, and of its type."""
    if type(value) is float:
        return repr(value) if np.isfinite(value) else f'float("{value}")'
    if isinstance(value, np.floating):
        return f"np.{value.dtype.name}({_number(float(value))})"
    return f"np.{value.dtype.name}({value})" if isinstance(value, np.generic) else repr(value)


def guarded(outline: Outline) -> list[str]:
    """Return what else was read and is part of the code: `STEPS = 10`."""
    equal = [read for read in outline.reads if read.kind == "guard" and read.condition.op == "equal"]
    return [f"{outside_name(read.path)} = {read.condition.value!r}" for read in equal]
