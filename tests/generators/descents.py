"""Random programs differentiated inside: steps of gradient descent on one, in a loop, then its value."""

from __future__ import annotations

from dataclasses import replace

from tests.generators.imperative import rolled
from tests.generators.source import Generated

STEPS = 2
RATE = 0.0078125  # a power of two


def descent(program: Generated) -> Generated:
    """Return the program that descends on another and returns its value there."""
    header = next(line for line in program.source.splitlines() if line.startswith("def program("))
    names = [name.strip() for name in header[len("def program(") : -len("):")].split(",")]
    moved = [names[i] for i in program.argnums]
    lines = [
        f"def descended({', '.join(names)}):",
        f"    for step in range({STEPS}):",
        f"        gradients = bp.grad(program, argnums={program.argnums})({', '.join(names)})",
        *(f"        {name} = {name} - {RATE} * gradients[{i}]" for i, name in enumerate(moved)),
        f"    return program({', '.join(names)})",
    ]
    text = "\n".join(["import bpcompiler as bp", program.source, "", *lines, ""])
    return replace(program, source=text, name="descended")


def rolled_descent(seed: int) -> tuple[Generated, Generated] | None:
    """Return the program of a seed and the descent on it; None if it is not accepted."""
    program = rolled(seed)
    if program is None or not program.argnums:
        return None
    return program, descent(program)
