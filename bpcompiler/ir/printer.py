"""Prints a program as text: what `print(program)` shows.

    program f(x: f64~, y: f64~)
      sigy: f64~ = div 1.0 %3                    | sigy = 1.0 / (1 + math.exp(-y))
      return sigy

`~` marks a weak scalar. Behind the bar stands the statement, where a new one begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bpcompiler.ir.equations import Block, Equation, Operand, Value

Namer = Callable[[Value], str]


def namer(user_names: Mapping[Value, str]) -> Namer:
    """Return a function that gives each value a unique name, the user's where there is one."""
    names: dict[Value, str] = {}
    taken: set[str] = set()

    def name(value: Value) -> str:
        if value not in names:
            base = user_names.get(value, f"%{len(names)}")
            unique, number = base, 1
            while unique in taken:
                unique, number = f"{base}_{number}", number + 1
            names[value] = unique
            taken.add(unique)
        return names[value]

    return name


def format_program(program_name: str, block: Block, user_names: Mapping[Value, str]) -> str:
    """Return a program's text."""
    name = namer(user_names)
    params = ", ".join(f"{name(value)}: {value.aval}" for value in block.params)
    return "\n".join([f"program {program_name}({params})", *_block_lines(block, name, "  ")])


def format_equation(eqn: Equation, name: Namer) -> str:
    """Return an equation's text without its blocks."""
    outputs = ", ".join(f"{name(value)}: {value.aval}" for value in eqn.outputs)
    attrs = ", ".join(f"{key}={_attr(value)}" for key, value in eqn.attrs.items())
    operands = "".join(f" {_operand(operand, name)}" for operand in eqn.operands)
    head = f"{outputs} = " if outputs else ""
    return f"{head}{eqn.primitive.name}{f'[{attrs}]' if attrs else ''}{operands}"


def _block_lines(block: Block, name: Namer, indent: str) -> Iterator[str]:
    quoted = None
    for eqn in block.equations:
        line = indent + format_equation(eqn, name)
        place = (eqn.origin.text, eqn.origin.statement, eqn.phase) if eqn.origin else None
        if place and place != quoted and eqn.origin:
            line = f"{line:<56} | {' '.join((*eqn.phase, eqn.origin.text))}"
        quoted = place
        yield line
        for inner in eqn.blocks:
            params = ", ".join(f"{name(value)}: {value.aval}" for value in inner.params)
            yield f"{indent}  block({params})"
            yield from _block_lines(inner, name, indent + "    ")
    yield f"{indent}return " + ", ".join(_operand(result, name) for result in block.results)


def _operand(operand: Operand, name: Namer) -> str:
    return name(operand) if isinstance(operand, Value) else repr(operand.value)


def _attr(value: object) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_attr, value)) + ("," if len(value) == 1 else "") + ")"
    return str(value)
