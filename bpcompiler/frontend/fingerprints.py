"""Fingerprints: texts that are equal in two processes exactly when what a trace relied on is the same."""

from __future__ import annotations

import enum
import hashlib
from functools import singledispatch
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from bpcompiler.frontend.code_identity import identity
from bpcompiler.frontend.containers import Keys
from bpcompiler.frontend.paths import fullname


@singledispatch
def fingerprint(value: Any) -> str:
    """Return the fingerprint of a value read from outside. Of plain data objects it is their class's."""
    if callable(value) and hasattr(value, "__qualname__"):
        return f"callable {fullname(value)}"
    return f"object of {_class_name(type(value))}"


def _class_name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


@fingerprint.register
def _(value: CodeType) -> str:
    return "code " + hashlib.sha256(repr(identity(value)).encode()).hexdigest()


@fingerprint.register
def _(value: FunctionType) -> str:
    return f"function {value.__module__}.{value.__qualname__} {fingerprint(value.__code__)}"


@fingerprint.register
def _(value: MethodType) -> str:
    return f"method {fingerprint(value.__func__)} of {fingerprint(value.__self__)}"


@fingerprint.register
def _(value: BuiltinFunctionType) -> str:
    return f"builtin {fullname(value)}"


@fingerprint.register
def _(value: ModuleType) -> str:
    return f"module {value.__name__}"


@fingerprint.register
def _(value: type) -> str:
    return f"class {' < '.join(map(_class_name, value.__mro__))}"


@fingerprint.register
def _(value: enum.Enum) -> str:
    return f"{_class_name(type(value))}.{value.name} = {value.value!r}"


@fingerprint.register(int)
@fingerprint.register(str)
@fingerprint.register(bytes)
@fingerprint.register(type(None))
@fingerprint.register(type(...))
@fingerprint.register(type(NotImplemented))
@fingerprint.register(range)
@fingerprint.register(slice)
def _(value: Any) -> str:
    return f"{type(value).__name__} {value!r}"


@fingerprint.register
def _(value: np.dtype) -> str:
    return f"dtype {value.str}"


@fingerprint.register(float)
@fingerprint.register(complex)
def _(value: Any) -> str:
    return f"a {type(value).__name__}"


@fingerprint.register(np.generic)
def _(value: Any) -> str:
    return f"a NumPy {value.dtype.str}"


@fingerprint.register(np.ndarray)
def _(value: Any) -> str:
    return f"an array of {value.dtype.str} in {value.ndim} dimensions"


@fingerprint.register(list)
@fingerprint.register(tuple)
def _(value: Any) -> str:
    return f"{_class_name(type(value))} [{', '.join(fingerprint(item) for item in value)}]"


@fingerprint.register
def _(value: Keys) -> str:
    each = (repr(key) if isinstance(key, float | complex) else fingerprint(key) for key in value)
    return f"keys [{', '.join(each)}]"


@fingerprint.register(set)
@fingerprint.register(frozenset)
def _(value: Any) -> str:
    return f"{_class_name(type(value))} [{', '.join(sorted(fingerprint(item) for item in value))}]"


@fingerprint.register(dict)
def _(value: Any) -> str:
    pairs = (f"{fingerprint(key)}: {fingerprint(item)}" for key, item in value.items())
    return f"{_class_name(type(value))} {{{', '.join(pairs)}}}"
