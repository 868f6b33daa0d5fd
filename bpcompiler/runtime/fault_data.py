"""Entries of a table of faults as JSON, so that a later process raises what this one would.

    exception ::= [module, name], of a class of Python's or NumPy's
    arg       ::= atom | ["Hole", index, conversion, spec] | ["Message", part...] | ["Keyword", name, arg]
                | ["Attribute", name, arg] | ["list" or "tuple" or "dict", arg...]

An exception class of the user's has no such form, nor has any other object among the arguments.
"""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from typing import Any

from bpcompiler.errors import Origin
from bpcompiler.primitives.faults import Attribute, Container, Hole, Keyword, Message
from bpcompiler.runtime.faults import FaultEntry

ATOMS = (bool, int, float, str, type(None))
LIBRARIES = ("builtins", "numpy")
CONTAINERS: dict[str, type] = {"list": list, "tuple": tuple, "dict": dict}
NAMED: dict[str, type[Keyword | Attribute]] = {"Keyword": Keyword, "Attribute": Attribute}


class NoDataError(Exception):
    """Something has no form in JSON: there is nothing to remember."""


def as_data(entry: FaultEntry) -> dict[str, Any]:
    """Return the entry as JSON. Raises NoDataError where it has no such form."""
    data = asdict(replace(entry, exception=None, args=()))
    raised = None if entry.exception is None else _class_data(entry.exception)
    return {**data, "exception": raised, "args": [_arg_data(arg) for arg in entry.args]}


def from_data(data: dict[str, Any]) -> FaultEntry:
    """Return the entry that `as_data` wrote."""
    raised = data["exception"]
    return FaultEntry(
        data["kind"],
        None if data["origin"] is None else Origin(**data["origin"]),
        data["values"],
        data["message"],
        tuple(data["ranks"]),
        None if raised is None else getattr(sys.modules[raised[0]], raised[1]),
        tuple(map(_arg, data["args"])),
    )


def _class_data(exception: Any) -> list[str]:
    module, name = getattr(exception, "__module__", ""), getattr(exception, "__qualname__", "")
    if module.partition(".")[0] in LIBRARIES and getattr(sys.modules.get(module), name, None) is exception:
        return [module, name]
    raise NoDataError


def _arg_data(arg: Any) -> Any:
    if type(arg) in ATOMS:
        return arg
    if isinstance(arg, Hole):
        return ["Hole", arg.index, arg.conversion, arg.spec]
    if isinstance(arg, Message):
        return ["Message", *map(_arg_data, arg.parts)]
    if isinstance(arg, Keyword | Attribute):
        return [type(arg).__name__, arg.name, _arg_data(arg.value)]
    if isinstance(arg, Container) and arg.kind in CONTAINERS.values():
        return [arg.kind.__name__, *map(_arg_data, arg.items)]
    raise NoDataError


def _arg(data: Any) -> Any:
    if not isinstance(data, list):
        return data
    tag, *rest = data
    if tag == "Hole":
        return Hole(*rest)
    if tag == "Message":
        return Message(tuple(map(_arg, rest)))
    if tag in NAMED:
        return NAMED[tag](rest[0], _arg(rest[1]))
    return Container(CONTAINERS[tag], tuple(map(_arg, rest)))
