"""Flat functions as something to pickle: by their texts.

Numba pickles a function without the machine code, by its bytecode and what that names. What flat functions
name would not survive that, and a pickle should find the machine code that is on disk.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bpcompiler.errors import UnsupportedError
from bpcompiler.runtime.module import load_module


@dataclass(frozen=True, slots=True)
class Texts:
    """A flat function of this name, whose text imports the compiled one from `module`.

    Elsewhere (another processor, another version) a module with the same text has another name.
    """

    name: str
    module: str
    compiled: str
    flat: str
    given: Mapping[str, Any]


def load(texts: Texts) -> Any:
    """Return the flat function, a dispatcher of Numba's."""
    module = load_module(texts.compiled, texts.name)
    flat = load_module(texts.flat.replace(texts.module, module.__name__), texts.name, texts.given)
    dispatcher = getattr(flat, texts.name)
    if not hasattr(dispatcher, "texts"):
        numbas: Any = type(dispatcher)
        dispatcher.__class__ = _portable(numbas)
        dispatcher.texts = texts
    return dispatcher


@functools.cache
def _portable(cls: Any) -> Any:
    """Return Numba's class of functions, pickled by texts."""
    members = {
        "__doc__": cls.__doc__,
        "__reduce__": lambda self: (load, (self.texts,)),
        "call_in_trace": _refuse,
    }
    return type(cls.__name__, (cls,), members)


def _refuse(flat: Any, trace: Any, *args: Any, **kwargs: Any) -> Any:
    """Raise the error of a flat function that is called while something is traced."""
    raise UnsupportedError(
        f"{flat.texts.name} is a flat function, for code that Numba compiles",
        remedy="call the function that `.njit` was called on",
    )
