"""Results that the caller makes: a buffer that is returned becomes an input.

    dw = np.empty(w.shape); ...; return dw        is        def f(w, dw): ...

It must be the caller's as a whole: made once, in the outermost block, returned once, with the shape of an
input or the size of one of its dimensions. What is larger than every input is made after the tests of sizes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bpcompiler.ir.boundary import Given
from bpcompiler.ir.equations import Equation, Operand, Value, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import Size
from bpcompiler.lowering.fusion.memory import Memory, is_array
from bpcompiler.primitives.loops import empty


def with_given_results(program: Program) -> tuple[Program, tuple[Given, ...]]:
    """Return the program with the buffers of such results as its last inputs, in the order of the results."""
    memory = Memory(program.block)
    made = dict(_made(program, memory))
    found = [(given, made[number]) for number in made if (given := _given(number, made[number], program))]
    buffers = [eqn.output for _, eqn in found]
    numbers = {given.result for given, _ in found}
    block = replace(
        program.block,
        params=(*program.inputs, *buffers),
        equations=tuple(eqn for eqn in program.equations if not {*eqn.outputs} & {*buffers}),
        results=tuple(value for i, value in enumerate(program.outputs) if i not in numbers),
    )
    names = {**_names(program, buffers, memory), **program.names}
    return replace(program, block=block, names=names), tuple(given for given, _ in found)


def _made(program: Program, memory: Memory) -> Iterator[tuple[int, Equation]]:
    """Yield (result, equation) of results that are buffers of their own."""
    makers = {memory.buffer(eqn.output): eqn for eqn in program.equations if eqn.primitive is empty}
    once = memory.made_once(program.block) - {memory.buffer(v) for v in program.inputs if is_array(v)}
    returned = Counter(memory.buffer(value) for value in program.outputs if is_array(value))
    for number, value in enumerate(program.outputs):
        if not is_array(value) or (buffer := memory.buffer(value)) not in once:
            continue
        maker = makers.get(buffer)
        if maker and returned[buffer] == 1 and memory.view(value) is memory.view(maker.output):
            yield number, maker


def _given(number: int, maker: Equation, program: Program) -> Given | None:
    shape: tuple[Size, ...] = maker.attrs["shape"]
    arrays = [(i, value.aval.shape) for i, value in enumerate(program.inputs) if is_array(value)]
    for like, of_input in arrays:
        if shape and shape == of_input:
            return Given(number, like, None)
    for like, of_input in arrays:
        if len(shape) == 1 and shape[0] in of_input:
            return Given(number, like, of_input.index(shape[0]))
    return None


def _names(program: Program, buffers: Sequence[Value], memory: Memory) -> dict[Value, str]:
    """What the user, or the derivative, calls a version of a buffer is the buffer's name."""
    named: dict[Operand, str] = {}
    for eqn in equations_of(program.block):
        for value in filter(is_array, eqn.outputs):
            if value in program.names:
                named.setdefault(memory.buffer(value), program.names[value])
    return {buffer: named.get(memory.buffer(buffer), "result") for buffer in buffers}
