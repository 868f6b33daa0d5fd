"""A loop on several threads: what one turn does, as a function of its own, and the call that runs it.

@njit(error_model="numpy", nogil=True)
def one_chunk(chunk, x, y): ...

threads.in_chunks(one_chunk, chunks, (x, y))
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import takewhile

from bpcompiler.codegen.lowered_head import THREADS
from bpcompiler.codegen.lowered_variables import Variables
from bpcompiler.errors import CompilerError
from bpcompiler.ir.equations import Block, Equation
from bpcompiler.primitives.creation import constant
from bpcompiler.primitives.loops import carries_of

TURN = "one_chunk"
# Python never calls it: without the wrapper for that it compiles faster.
DECORATOR = '@njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)'


def function_of(name: str, index: str, given: Sequence[str], body: Sequence[str]) -> list[str]:
    """Return the lines of the function that is one turn of a loop, whose body is these lines."""
    return [DECORATOR, f"def {name}({', '.join([index, *given])}):", *body, "", ""]


def call_of(name: str, turns: str, given: Sequence[str]) -> Iterator[str]:
    """Yield the call that runs the function for every index below `turns`, and the comment on it."""
    yield f"# on several threads: {name} of each chunk"
    yield f"{THREADS}.in_chunks({name}, {turns}, ({', '.join(given)}{',' if len(given) == 1 else ''}))"


def given_to(loop: Equation, body: Sequence[str], block: Block, names: Variables) -> list[str]:
    """Return the variables that a turn takes from outside, in the order in which it mentions them."""
    _refuse_assignments(loop, names)
    tree = ast.parse("\n".join(["if True:", *body]))
    mentioned = [n for n in ast.walk(tree) if isinstance(n, ast.Name)]
    mentioned.sort(key=lambda n: (n.lineno, n.col_offset))
    own = {names(loop.blocks[0].params[0]), *(n.id for n in mentioned if isinstance(n.ctx, ast.Store))}
    outside = set(_variables_before(loop, block, names))
    return [name for name in dict.fromkeys(n.id for n in mentioned) if name in outside - own]


def _variables_before(loop: Equation, block: Block, names: Variables) -> Iterator[str]:
    yield from map(names, block.params)
    for eqn in takewhile(lambda eqn: eqn is not loop, block.equations):
        if eqn.primitive is not constant:
            yield from (name for value in eqn.outputs if (name := names.known(value)))


def _refuse_assignments(loop: Equation, names: Variables) -> None:
    """What a function writes must be seen outside: arrays that are one variable all the way."""
    (body,) = loop.blocks
    carries = (loop.operands[3:], body.params[1:], carries_of(body, loop.attrs), loop.outputs)
    for versions in zip(*carries, strict=True):
        if len({names.known(value) for value in versions}) != 1:  # type: ignore[arg-type]
            raise CompilerError(f"a loop on several threads gives {names(versions[3])} a new value")
