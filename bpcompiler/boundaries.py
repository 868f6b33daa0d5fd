"""What calls from Python want of machine code, as an outline says it: tests of sizes, the form of results."""

from __future__ import annotations

from collections.abc import Mapping

from bpcompiler.frontend.assumptions import Assumption
from bpcompiler.ir import sizes
from bpcompiler.ir.boundary import Boundary, Measure, SizeTest
from bpcompiler.ir.sizes import Size, Symbol
from bpcompiler.ir.trees import Leaf, Node, Tree, leaves_of
from bpcompiler.ir.types import Array
from bpcompiler.outline import Outline

Places = Mapping[Symbol, tuple[int, int]]


def boundary_of(outline: Outline) -> Boundary:
    """Return what calls by such a plan want of machine code."""
    found = (size_test(assumption, places_of(outline)) for assumption in outline.assumptions)
    return Boundary(tuples_of(outline), tuple(test for test in found if test is not None))


def tuples_of(outline: Outline) -> Tree | None:
    """Return the tree of the result, where machine code can return it: tuples of numbers and arrays."""
    leaves = list(leaves_of(outline.result))
    plain = all(isinstance(aval, Array) or aval.weak for aval in outline.outputs)
    each_once = sorted(leaves) == list(range(len(outline.outputs)))
    return outline.result if leaves and plain and each_once and _is_tuples(outline.result) else None


def _is_tuples(tree: Tree) -> bool:
    if isinstance(tree, Node):
        return tree.kind == "tuple" and bool(tree.children) and all(map(_is_tuples, tree.children))
    return isinstance(tree, Leaf)


def places_of(outline: Outline) -> dict[Symbol, tuple[int, int]]:
    """Return where machine code reads a dimension of an array: of which input, along which axis."""
    return {
        Symbol(f"{name}_{axis}"): (number, axis)
        for number, (name, rank) in enumerate(zip(outline.input_names, outline.ranks, strict=True))
        for axis in range(rank)
    }


def size_test(assumption: Assumption, places: Places) -> SizeTest | None:
    """Return the test that machine code makes. It has 64 bits: what it would compute is left to Python."""
    left, right = (_measure(size, places) for size in (assumption.left, assumption.right))
    if left is None or right is None:
        return None
    return SizeTest(assumption.relation, left, right, assumption.holds)


def _measure(size: Size, places: Places) -> Measure | None:
    if isinstance(size, int):
        return size if abs(size) < 2**63 else None
    symbol = sizes.as_symbol(size)
    return None if symbol is None else places.get(symbol)
