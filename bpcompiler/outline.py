"""What a call needs to know of a compiled function, without its program; and that as JSON.

    outline ::= names and ranks of the inputs, hidden inputs, reads, assumptions, outputs, tree of the result,
                memory of the inputs

An outline comes from a trace, or, in a later process, from the disk: see `recall`. What cannot be said in
JSON (a dataclass among the results, an object read from outside) is not remembered: then the process traces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from bpcompiler.frontend.assumptions import Assumption
from bpcompiler.frontend.containers import structure
from bpcompiler.frontend.fingerprints import fingerprint as fingerprint_of
from bpcompiler.frontend.memory import Memory
from bpcompiler.frontend.paths import Path, resolve
from bpcompiler.frontend.reads import Condition, Read
from bpcompiler.ir.sizes import Dim, Factor, Opaque, Size, Symbol
from bpcompiler.ir.trees import ITEMS, Leaf, Node, Static, Tree
from bpcompiler.ir.types import Array, Aval, DType, Scalar

if TYPE_CHECKING:
    from bpcompiler.frontend.tracing import Tracing
    from bpcompiler.ir.equations import Operand

ATOMS = (bool, int, float, str, type(None))
CONTAINERS: dict[str, type] = {"list": list, "tuple": tuple, "dict": dict, **dict.fromkeys(ITEMS, list)}
# What a fingerprint says completely. Of other objects it only says the class.
COMPLETE = ("code ", "function ", "module ", "builtin ", "class ", "dtype ", "a float", "a NumPy", "an array")
ATOM_NAMES = ("int ", "bool ", "str ", "bytes ", "NoneType ", "ellipsis ", "range ", "slice ")


class NotJson(Exception):  # noqa: N818 - not an error: it means that there is nothing to remember
    """Something has no form in JSON."""


@dataclass(frozen=True, slots=True)
class Outline:
    """See the module's docstring. `ranks`: the number of dimensions of each input, hidden ones last."""

    input_names: tuple[str, ...]
    ranks: tuple[int, ...]
    hidden: tuple[Path, ...]
    reads: tuple[Read, ...]
    assumptions: tuple[Assumption, ...]
    outputs: tuple[Aval, ...]
    result: Tree
    memory: Memory = field(default_factory=Memory)


def outline_of(tracing: Tracing, outputs: Sequence[Operand], result: Tree) -> Outline:
    """Return the outline of a traced and differentiated function."""
    return Outline(
        tracing.input_names,
        tuple(len(value.aval.shape) for value in tracing.program.inputs),
        tracing.hidden,
        tracing.reads,
        tracing.assumptions,
        tuple(_bare(output.aval) for output in outputs),
        result,
        tracing.memory,
    )


def _bare(aval: Aval) -> Aval:
    """What the caller needs of an output's type: an array's shape is the array's affair."""
    return (
        Array(aval.dtype, (0,) * len(aval.shape))
        if isinstance(aval, Array)
        else Scalar(aval.dtype, aval.weak)
    )


# ---------------------------------------------------------------------- to JSON


def as_data(outline: Outline) -> dict[str, Any]:
    """Return the outline as JSON. Raises NotJson where it has no such form."""
    return {
        "input_names": list(outline.input_names),
        "ranks": list(outline.ranks),
        "hidden": [_path_data(path) for path in outline.hidden],
        "reads": [_read_data(read) for read in outline.reads],
        "assumptions": [
            [a.relation, _size_data(a.left), _size_data(a.right), a.holds] for a in outline.assumptions
        ],
        "outputs": [_aval_data(aval) for aval in outline.outputs],
        "result": tree_data(outline.result),
        "memory": asdict(outline.memory),
    }


def tree_data(tree: Tree) -> list[Any]:
    """Return a tree as JSON. Raises NotJson for classes and objects."""
    if isinstance(tree, Leaf):
        return ["leaf", tree.index]
    if isinstance(tree, Static):
        return ["static", _atom(tree.value)]
    if CONTAINERS.get(tree.kind) is not tree.type:
        raise NotJson
    return [tree.kind, [_atom(key) for key in tree.keys], [tree_data(child) for child in tree.children]]


def _atom(value: Any) -> Any:
    if type(value) not in ATOMS:
        raise NotJson
    return value


def _path_data(path: Path) -> list[list[Any]]:
    return [[_atom(part) for part in step] for step in path]


def _read_data(read: Read) -> list[Any]:
    if not _is_complete(read.fingerprint) and read.condition.op != "apart":
        raise NotJson
    alias = _path_data(read.condition.value) if read.condition.op in ("alias", "apart") else None
    return [_path_data(read.path), read.kind, read.fingerprint, read.condition.op, alias]


def _is_complete(fingerprint: str) -> bool:
    """Whether the fingerprint tells all that the trace relied on; a container's does if its items' do."""
    doubtful = ("object of ", "callable ", "method ")
    known = fingerprint.startswith((*COMPLETE, *ATOM_NAMES, "builtins."))
    return known and not any(word in fingerprint for word in doubtful)


def _size_data(size: Size) -> Any:
    if isinstance(size, int):
        return size
    return [[[_factor_data(factor) for factor in monomial], number] for monomial, number in size.terms]


def _factor_data(factor: Factor) -> list[Any]:
    if isinstance(factor, Symbol):
        return [factor.name, factor.nonnegative]
    return [factor.operation, _size_data(factor.left), _size_data(factor.right)]


def _aval_data(aval: Aval) -> list[Any]:
    rank = len(aval.shape) if isinstance(aval, Array) else None
    return [aval.dtype.value, rank, isinstance(aval, Scalar) and aval.weak]


# ---------------------------------------------------------------------- from JSON


def from_data(data: Mapping[str, Any], root: Any, arguments: Mapping[Any, Any]) -> Outline | None:
    """Return the outline, if what the function reads from outside is now what it was then."""
    reads = [_read_again(read, root, arguments) for read in data["reads"]]
    if any(read is None for read in reads):
        return None
    return Outline(
        tuple(data["input_names"]),
        tuple(data["ranks"]),
        tuple(_path(path) for path in data["hidden"]),
        tuple(read for read in reads if read is not None),
        tuple(
            Assumption(r, _size(left), _size(right), holds) for r, left, right, holds in data["assumptions"]
        ),
        tuple(_aval(aval) for aval in data["outputs"]),
        _tree(data["result"]),
        Memory(**{key: _tuples(value) for key, value in data["memory"].items()}),
    )


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _read_again(data: list[Any], root: Any, arguments: Mapping[Any, Any]) -> Read | None:
    """Return the read with its condition on the objects of this process, if the fingerprint is the same."""
    path_data, kind, fingerprint, op, alias = data
    path = _path(path_data)
    try:
        value = resolve(root, path, arguments)
    except (LookupError, AttributeError, ValueError):
        return Read(path, kind, fingerprint, Condition(op)) if op == "missing" else None
    if op == "alias" and value is not resolve(root, _path(alias), arguments):
        return None
    if op == "apart":
        other = resolve(root, _path(alias), arguments)
        return None if value is other else Read(path, kind, fingerprint, Condition(op, _path(alias)))
    if op == "missing" or fingerprint_of(structure(value) if op == "structure" else value) != fingerprint:
        return None
    expected = {"type": type(value), "alias": alias and _path(alias), "always": None}.get(op, value)
    return Read(path, kind, fingerprint, Condition(op, structure(value) if op == "structure" else expected))


def _path(data: list[list[Any]]) -> Path:
    return tuple(tuple(step) for step in data)


def _size(data: Any) -> Size:
    if isinstance(data, int):
        return data
    return Dim(tuple((tuple(map(_factor, monomial)), number) for monomial, number in data))


def _factor(data: list[Any]) -> Factor:
    return Symbol(*data) if len(data) == 2 else Opaque(data[0], _size(data[1]), _size(data[2]))


def _aval(data: list[Any]) -> Aval:
    dtype, rank, weak = data
    return Scalar(DType(dtype), weak) if rank is None else Array(DType(dtype), (0,) * rank)


def _tree(data: list[Any]) -> Tree:
    if data[0] == "leaf":
        return Leaf(data[1])
    if data[0] == "static":
        return Static(data[1])
    kind, keys, children = data
    return Node(kind, CONTAINERS[kind], tuple(keys), tuple(map(_tree, children)))
