"""What an earlier process compiled: found again without tracing, if everything that mattered is the same.

The key is the function (its code and place), the kind of call and the limits of a trace; the environment
(versions, processor, our own source) is the index's part. Under it stand outlines with their lowered source.
One fits if every recorded read from outside has the same fingerprint now and every assumption on sizes holds
for the call at hand. Where the code has checks, whose errors name lines, the files must have the same text.
"""

from __future__ import annotations

import hashlib
import json
import linecache
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any

import numpy as np

from bpcompiler.frontend import limits
from bpcompiler.frontend.fingerprints import fingerprint
from bpcompiler.frontend.leaves import arguments_by_key, is_argument_leaf
from bpcompiler.frontend.paths import resolve
from bpcompiler.goal import Goal
from bpcompiler.ir.boundary import Given
from bpcompiler.ir.sizes import Symbol
from bpcompiler.ir.trees import flatten
from bpcompiler.outline import NotJson, Outline, as_data, from_data, tree_data
from bpcompiler.runtime import fault_data
from bpcompiler.runtime.compiled import Compiled, load
from bpcompiler.runtime.faults import FaultEntry
from bpcompiler.runtime.index import Index


@dataclass(frozen=True, slots=True)
class Recalled:
    """A compiled function of an earlier process: its outline, lowered source, name, and how it is called."""

    outline: Outline
    name: str
    text: str
    faults: tuple[FaultEntry, ...]
    given: tuple[Given, ...]
    tests_sizes: bool

    def compiled(self) -> Compiled:
        """Return the machine code."""
        found = load(self.text, self.name, self.faults)
        return replace(found, given=self.given, tests_sizes=self.tests_sizes)


def key_of(
    function: Callable[..., Any], goal: Goal, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> str | None:
    """Return the key of a kind of call; None for calls that are not remembered: of methods, with objects."""
    if type(function) is not FunctionType:
        return None
    leaves: list[Any] = []
    try:
        tree = tree_data(flatten((args, dict(kwargs)), is_argument_leaf, leaves))
    except NotJson:
        return None
    code = function.__code__
    place = [function.__module__, function.__qualname__, code.co_filename, code.co_firstlineno]
    kinds = [_kind(leaf) for leaf in leaves]
    return json.dumps([place, fingerprint(code), repr(goal), tree, kinds, limits.key()])


def _kind(leaf: Any) -> list[Any]:
    if isinstance(leaf, np.ndarray):
        return ["array", type(leaf).__name__, leaf.dtype.str, leaf.ndim]
    return [type(leaf).__name__]


def lookup(
    key: str | None, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Recalled | None:
    """Return what an earlier process compiled for calls like this one, or None."""
    if key is None:
        return None
    arguments = arguments_by_key(args, kwargs)
    for entry in Index().lookup(key) or ():
        try:
            outline = from_data(entry["outline"], function, arguments)
            if outline is not None and _holds(outline, function, args, kwargs) and _unchanged(entry["files"]):
                faults = tuple(map(fault_data.from_data, entry["faults"]))
                given = tuple(Given(*each) for each in entry["given"])
                return Recalled(outline, entry["name"], entry["text"], faults, given, entry["tests_sizes"])
        except (AttributeError, LookupError, TypeError, ValueError):
            continue  # not an entry of ours: another one may be
    return None


def record(key: str | None, outline: Outline, compiled: Compiled, name: str) -> None:
    """Remember a compiled function, where it can be said in JSON."""
    if key is None:
        return
    files = {fault.origin.file for fault in compiled.faults if fault.origin is not None}
    try:
        entry = {
            "outline": as_data(outline),
            "name": name,
            "text": compiled.text,
            "given": [[each.result, each.like, each.axis] for each in compiled.given],
            "tests_sizes": compiled.tests_sizes,
            "faults": [fault_data.as_data(fault) for fault in compiled.faults],
            "files": {file: _text_digest(file) for file in files},
        }
        Index().record(key, entry)
    except (NotJson, fault_data.NoDataError):
        return


def _unchanged(files: Mapping[str, str]) -> bool:
    return all(_text_digest(file) == digest for file, digest in files.items())


def _text_digest(file: str) -> str:
    """Return the digest of a file's text, or of a notebook cell's, as it is now."""
    linecache.checkcache(file)
    return hashlib.sha256("".join(linecache.getlines(file)).encode()).hexdigest()


def _holds(
    outline: Outline, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> bool:
    """Whether the assumptions hold for the sizes of this call."""
    leaves: list[Any] = []
    flatten((args, dict(kwargs)), is_argument_leaf, leaves)
    own = leaves[: len(outline.input_names) - len(outline.hidden)]
    arguments = arguments_by_key(args, kwargs)
    inputs = [*own, *(resolve(function, path, arguments) for path in outline.hidden)]
    sizes: dict[Symbol, int] = {}
    for name, value in zip(outline.input_names, inputs, strict=True):
        if isinstance(value, np.ndarray):
            sizes.update({Symbol(f"{name}_{axis}"): n for axis, n in enumerate(value.shape)})
        elif type(value) is int:
            sizes[Symbol(name, nonnegative=False)] = value
    return outline.memory.holds(inputs) and all(each.satisfied(sizes) for each in outline.assumptions)
