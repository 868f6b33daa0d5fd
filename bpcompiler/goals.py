"""From the program of a function to the program that reaches a goal: the gradient, a product ..."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bpcompiler.errors import (
    ArgumentError,
    NotDifferentiableError,
    NotScalarError,
    OverlapError,
    UnsupportedError,
)
from bpcompiler.frontend.tracing import Tracing
from bpcompiler.goal import Goal
from bpcompiler.ir import sizes
from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Operand, Value
from bpcompiler.ir.program import Program
from bpcompiler.ir.trees import Leaf, Node, Static, Tree, leaves_of, map_leaves
from bpcompiler.ir.types import Array, Aval, Scalar, is_float
from bpcompiler.primitives.regions import update
from bpcompiler.transforms.checkpoint import Segments, checkpointed, within
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.reverse import reverse
from bpcompiler.transforms.simplify import simplify
from bpcompiler.transforms.vectorizing.outer_loops import vectorized
from bpcompiler.transforms.vectorizing.profit import Profit


@dataclass(frozen=True, slots=True)
class Derived:
    """A program with the tree of its results. `more`: the avals of its inputs after the function's own."""

    program: Program
    result: Tree
    wrt: tuple[int, ...] = ()


def derive(goal: Goal, tracing: Tracing, parameters: tuple[str, ...]) -> Derived:
    """Return the program that reaches the goal."""
    return _GOALS[goal.kind](goal, tracing, parameters)


def in_arrays(goal: Goal, tracing: Tracing) -> Tracing | None:
    """Return the function's program with array code for loops, where machine code gains by it; else None."""
    if goal.checkpoint is not None:  # whoever saves memory gets no arrays for all turns
        return None
    results = tracing.program.outputs
    finals = tuple(final for _, final in tracing.written)
    known = [size for assumption in tracing.assumptions for size in assumption.not_negative()]
    program = vectorized(_returning(tracing.program, (*results, *finals)), Profit(tracing.sizes), known)
    if program is None:
        return None
    now = (final for final in program.outputs[len(results) :] if isinstance(final, Value))
    written = tuple((i, final) for (i, _), final in zip(tracing.written, now, strict=True))
    return replace(tracing, program=_returning(program, program.outputs[: len(results)]), written=written)


def _returning(program: Program, results: tuple[Operand, ...]) -> Program:
    return replace(program, block=replace(program.block, results=results))


def chosen(goal: Goal, tracing: Tracing, parameters: tuple[str, ...]) -> list[tuple[str, Tree]]:
    """Return (name, tree) of each argument that is differentiated. Raises ArgumentError for wrong argnums."""
    given = given_arguments(tracing, parameters)
    if goal.is_method:
        del given[next(iter(given))]
    if goal.argnums is ...:
        return [(n, t) for n, t in given.items() if any(_is_differentiable(tracing, i) for i in leaves_of(t))]
    wanted = goal.argnums if isinstance(goal.argnums, tuple) else (goal.argnums,)
    return [_find(choice, given, len(positional(tracing)) - goal.is_method) for choice in wanted]


def positional(tracing: Tracing) -> tuple[Tree, ...]:
    """Return the trees of the positional arguments."""
    assert isinstance(tracing.arguments, Node)
    args = tracing.arguments.children[0]
    assert isinstance(args, Node)
    return args.children


def given_arguments(tracing: Tracing, parameters: tuple[str, ...]) -> dict[str, Tree]:
    """Return the arguments of the call by name, positional ones first."""
    assert isinstance(tracing.arguments, Node)
    keyword = tracing.arguments.children[1]
    names = [parameters[i] if i < len(parameters) else f"args[{i}]" for i in range(len(positional(tracing)))]
    given = dict(zip(names, positional(tracing), strict=True))
    if isinstance(keyword, Node):
        given.update(zip(keyword.keys, keyword.children, strict=True))
    return given


def _find(choice: int | str, given: Mapping[str, Tree], count: int) -> tuple[str, Tree]:
    names = list(given)
    if isinstance(choice, str):
        if choice in given:
            return choice, given[choice]
    elif type(choice) is int and -count <= choice < count:
        return names[choice], given[names[choice]]
    raise ArgumentError(
        f"argnums={choice!r} names no argument of this call, which has {', '.join(names) or 'none'}",
        remedy="give positions (from 0), parameter names, a tuple of them, or ... for every argument",
    )


def _is_differentiable(tracing: Tracing, index: int) -> bool:
    return is_float(tracing.program.inputs[index].aval)


def _differentiated(
    goal: Goal, tracing: Tracing, parameters: tuple[str, ...]
) -> tuple[list[Tree], list[int]]:
    """Return the chosen trees and their floating leaves. Raises NotDifferentiableError if there are none."""
    trees = []
    for name, tree in chosen(goal, tracing, parameters):
        if not any(_is_differentiable(tracing, i) for i in leaves_of(tree)):
            raise NotDifferentiableError(
                f"the argument {name} has no derivative: it {_contents(tracing, tree)}",
                remedy=f"pass floats (3.0 for 3, x.astype(np.float64)), or leave {name} out of argnums",
            )
        trees.append(tree)
    trees = [_of_one_array(tracing, tree) for tree in trees]
    _refuse_both(tracing, [i for tree in trees for i in leaves_of(tree)])
    wrt = dict.fromkeys(i for t in trees for i in leaves_of(t) if _is_differentiable(tracing, i))
    return trees, list(wrt)


def _of_one_array(tracing: Tracing, tree: Tree) -> Tree:
    """Return the tree with the input that an array is, where it was passed twice and is stored into."""
    first = {j: i for i, j in tracing.memory.same}
    return map_leaves(tree, lambda leaf: first.get(leaf, leaf)) if first else tree


def _refuse_both(tracing: Tracing, leaves: list[int]) -> None:
    for i, j in tracing.memory.same:
        if leaves.count(i) > 1:
            names = [tracing.input_names[each] for each in (i, j)]
            raise OverlapError(
                f"{names[0]} and {names[1]} are one array, which the function stores into: "
                "there is no derivative in each of them",
                remedy="differentiate in one of them, or pass a copy",
            )


def _contents(tracing: Tracing, tree: Tree) -> str:
    if isinstance(tree, Static):
        return f"is {tree.value!r}" if tree.value is None else f"is a {type(tree.value).__name__}"
    avals = {i: tracing.program.inputs[i].aval for i in leaves_of(tree)}
    if isinstance(tree, Leaf) and isinstance(avals[tree.index], Scalar):
        return "is an integer"
    kinds = " and ".join(sorted({str(aval.dtype.value) for aval in avals.values()}))
    return f"holds {kinds or 'no numbers'}, not floats"


def _loss(goal: Goal, tracing: Tracing) -> tuple[int, Tree]:
    """Return the output that is differentiated, and the tree of the value. It must be one real number."""
    tree = tracing.result
    if goal.has_aux:
        if not (isinstance(tree, Node) and tree.kind == "tuple" and len(tree.children) == 2):
            raise ArgumentError("has_aux=True needs a function that returns (value, auxiliary)")
        tree = tree.children[0]
    aval = tracing.program.outputs[tree.index].aval if isinstance(tree, Leaf) else None
    if not isinstance(tree, Leaf) or not isinstance(aval, Scalar) or not is_float(aval):
        found = _described(tree, aval, tracing)
        raise NotScalarError(
            f"{tracing.program.name} returns {found}; its gradient needs one real number",
            remedy="reduce it, with np.sum say, or use bp.jacobian; for (value, aux) there is has_aux=True",
        )
    return tree.index, tree


def _described(tree: Tree, aval: Aval | None, tracing: Tracing) -> str:
    """Return what a result is, in words."""
    if isinstance(tree, Static):
        return repr(tree.value)
    if aval is None:
        return f"a {tree.type.__name__}" if isinstance(tree, Node) else "no number"
    if isinstance(aval, Array):
        shape = tuple(sizes.substitute(size, tracing.sizes) for size in aval.shape)
        return f"an array of shape {shape}"
    return f"a number of type {aval.dtype.value}"


def _gradients(trees: list[Tree], wrt: list[int], goal: Goal, place: Callable[[int], int]) -> Tree:
    """Return the tree of the gradients: a tuple for several arguments. Other leaves pass through."""
    found = tuple(map_leaves(tree, place) for tree in trees)
    single = not isinstance(goal.argnums, tuple) and goal.argnums is not ...
    return found[0] if single else Node("tuple", tuple, (), found)


def _value(goal: Goal, tracing: Tracing, parameters: tuple[str, ...]) -> Derived:
    """The caller's arrays that the function stores into become what it left in them."""
    if not goal.stores:
        return Derived(tracing.program, tracing.result)
    if tracing.unsure:
        name, origin = tracing.unsure[0]
        raise UnsupportedError(
            f"a store into {name}, which is the caller's array or another one, as traced values say",
            remedy=f"make a copy before: {name} = {name}.copy()",
            origin=origin,
        )
    program, emit = tracing.program, Builder(tracing.program.equations)
    for index, final in tracing.written:
        emit.emit(update, program.inputs[index], final)
    block = Block(program.block.params, tuple(emit.equations), program.outputs)
    return Derived(replace(program, block=block), tracing.result)


def _grad(goal: Goal, tracing: Tracing, parameters: tuple[str, ...]) -> Derived:
    """Outputs: the function's own (all of them for value_and_grad or has_aux), then the gradients."""
    loss, value = _loss(goal, tracing)
    trees, wrt = _differentiated(goal, tracing, parameters)
    keep_all = goal.kind == "value_and_grad" or goal.has_aux
    keep = range(len(tracing.program.outputs)) if keep_all else ()
    program = simplify(_gradient(goal, tracing.program, wrt, keep, loss))
    program, place = _with_passed(program, trees, wrt, len(keep))
    gradients = _gradients(trees, wrt, goal, place)
    return Derived(program, _grad_result(goal, tracing, value, gradients), tuple(wrt))


def _gradient(goal: Goal, program: Program, wrt: list[int], keep: Sequence[int], loss: int) -> Program:
    def differentiated(program: Program) -> Program:
        return reverse(program, wrt, keep=keep, output=loss)

    if goal.checkpoint is None:
        return differentiated(program)
    if isinstance(goal.checkpoint, int):
        return differentiated(within(program, goal.checkpoint, differentiated))
    return differentiated(checkpointed(program, Segments()))


def _grad_result(goal: Goal, tracing: Tracing, value: Tree, gradients: Tree) -> Tree:
    if goal.kind == "value_and_grad":
        return Node("tuple", tuple, (), (tracing.result, gradients))
    if goal.has_aux:
        assert isinstance(tracing.result, Node)
        return Node("tuple", tuple, (), (gradients, tracing.result.children[1]))
    return gradients


def _with_passed(
    program: Program, trees: list[Tree], wrt: list[int], first: int
) -> tuple[Program, Callable[[int], int]]:
    """Return the program with the chosen arguments' integer leaves as outputs too, and each leaf's place."""
    places = {leaf: first + i for i, leaf in enumerate(wrt)}
    outputs: list[Operand] = list(program.outputs)
    for leaf in (i for tree in trees for i in leaves_of(tree)):
        if leaf not in places:
            places[leaf] = len(outputs)
            outputs.append(program.inputs[leaf])
    block = Block(program.block.params, program.equations, tuple(outputs))
    return replace(program, block=block), places.__getitem__


def _jvp(goal: Goal, tracing: Tracing, parameters: tuple[str, ...]) -> Derived:
    """Inputs: the function's, then the tangents of the floating leaves. Result: (value, its tangent)."""
    _, wrt = _differentiated(goal, tracing, parameters)
    program = simplify(forward(tracing.program, wrt))
    floats = [i for i, output in enumerate(tracing.program.outputs) if is_float(output.aval)]
    places = {leaf: len(tracing.program.outputs) + i for i, leaf in enumerate(floats)}
    tangent = map_leaves(tracing.result, places.get)
    return Derived(program, Node("tuple", tuple, (), (tracing.result, tangent)), tuple(wrt))


def _vjp(goal: Goal, tracing: Tracing, parameters: tuple[str, ...]) -> Derived:
    """Inputs: the function's, then the cotangents of its floating outputs. Result: those of the inputs."""
    trees, wrt = _differentiated(goal, tracing, parameters)
    program = simplify(reverse(tracing.program, wrt, output=None))
    program, place = _with_passed(program, trees, wrt, 0)
    return Derived(program, _gradients(trees, wrt, goal, place), tuple(wrt))


def _hvp(goal: Goal, tracing: Tracing, parameters: tuple[str, ...]) -> Derived:
    """Forward over reverse: the tangent of the gradient along the tangent of the inputs."""
    loss, _ = _loss(goal, tracing)
    trees, wrt = _differentiated(goal, tracing, parameters)
    gradient = reverse(tracing.program, wrt, output=loss)
    program = simplify(forward(gradient, wrt))
    outputs = program.outputs[len(wrt) :]
    program = replace(program, block=Block(program.block.params, program.equations, outputs))
    program, place = _with_passed(simplify(program), trees, wrt, 0)
    return Derived(
        replace(program, name=f"hvp_{tracing.program.name}"), _gradients(trees, wrt, goal, place), tuple(wrt)
    )


_GOALS: dict[str, Callable[[Goal, Tracing, tuple[str, ...]], Derived]] = {
    "value": _value,
    "grad": _grad,
    "value_and_grad": _grad,
    "jvp": _jvp,
    "vjp": _vjp,
    "hvp": _hvp,
}
