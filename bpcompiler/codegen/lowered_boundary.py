"""The first lines of a compiled function that Python calls: are the sizes right, and whose are the arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpcompiler.ir.boundary import Boundary, Measure, SizeTest

HELPERS = ("unshared",)
_OPPOSITE = {"==": "!=", "<": ">="}


def front(boundary: Boundary, inputs: Sequence[str], nothing: Sequence[str]) -> Iterator[str]:
    """Yield the statements; `nothing` is returned where the sizes are others."""
    if boundary.tests:
        yield from _test_lines(boundary.tests, inputs, f"return {', '.join(['False', *nothing])}")
    if boundary.given:
        names = ", ".join(inputs[len(inputs) - boundary.given :])
        yield f'unshared("{names}")'


def _test_lines(tests: Sequence[SizeTest], inputs: Sequence[str], otherwise: str) -> Iterator[str]:
    yield "# made for calls with such sizes only"
    if len(tests) == 1:
        yield f"if {_broken(tests[0], inputs)}:"
    else:
        first, *others = [_broken(test, inputs) for test in tests]
        yield from ("if (", f"    {first}")
        yield from (f"    or {text}" for text in others)
        yield "):"
    yield f"    {otherwise}"


def _broken(test: SizeTest, inputs: Sequence[str]) -> str:
    relation = _OPPOSITE[test.relation] if test.holds else test.relation
    return f"{_text(test.left, inputs)} {relation} {_text(test.right, inputs)}"


def _text(measure: Measure, inputs: Sequence[str]) -> str:
    if isinstance(measure, int):
        return str(measure)
    number, axis = measure
    return f"{inputs[number]}.shape[{axis}]"
