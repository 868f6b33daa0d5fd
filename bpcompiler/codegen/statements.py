"""The lines of equations that are statements: assignments, stores, totals that grow, checks, tapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from bpcompiler.codegen.expressions import Expressions
from bpcompiler.codegen.lines import INDENT, Line, indented, line_of
from bpcompiler.codegen.ownership import Ownership
from bpcompiler.codegen.size_text import SizeText
from bpcompiler.codegen.staged_names import StagedNames
from bpcompiler.codegen.user_checks import check_lines
from bpcompiler.codegen.wrapping import enclosed, is_product
from bpcompiler.ir.equations import Equation, Primitive
from bpcompiler.ir.types import Array, Scalar
from bpcompiler.primitives import adjoint, arithmetic, creation, indexing, powers, regions, stores, tapes
from bpcompiler.primitives.creation import dtype_text
from bpcompiler.primitives.declare import ATOM, PRODUCT, Text, call
from bpcompiler.primitives.loops import check

SIGNS: dict[Primitive, str] = {
    arithmetic.add: "+",
    adjoint.accumulate: "+",
    arithmetic.sub: "-",
    arithmetic.mul: "*",
    arithmetic.div: "/",
    arithmetic.floordiv: "//",
    powers.mod: "%",
}
COMMUTATIVE = {arithmetic.add, adjoint.accumulate, arithmetic.mul}
PLAIN = re.compile(r"\w+ = ")  # the user himself wrote `s = s + x[i]`
KEPT = "  # kept for the reverse"


class Statements:
    """Writes single equations as Python statements."""

    def __init__(
        self, expressions: Expressions, names: StagedNames, ownership: Ownership, sizes: SizeText
    ) -> None:
        self.expressions, self.names, self.ownership, self.sizes = expressions, names, ownership, sizes

    def lines(self, eqn: Equation) -> Iterator[Line]:
        """Yield the lines of an equation without blocks."""
        write = _SPECIAL.get(eqn.primitive, _assignment)
        for text in write(self, eqn):
            line = Line(text) if eqn.primitive is tapes.new_tape else line_of(eqn, text.lstrip())
            if write is _assignment and eqn.outputs and self.augmented(self.names(eqn.output), eqn) == text:
                line = replace(line, spelled=f"{self.names(eqn.output)} = {self.expressions.expression(eqn)}")
            yield from indented([line], by=text.startswith(INDENT))

    def assigned(self, variable: str, eqn: Equation) -> Text:
        """Return what a variable is assigned. A derivative of an array starts as zeros like that array."""
        model = self.names.primal(variable)
        if eqn.primitive is creation.zeros and eqn.phase and self.sizes.is_like(eqn.output.aval, model):
            return call("np.zeros_like", model)
        return self.expressions.expression(eqn)

    def augmented(self, variable: str, eqn: Equation) -> str:
        """Return `s += x[i]` for a number that is the old one and something; or ""."""
        sign = SIGNS.get(eqn.primitive)
        if sign is None or not all(isinstance(o.aval, Scalar) for o in (*eqn.operands, eqn.output)):
            return ""
        if not eqn.phase and eqn.origin is not None and PLAIN.match(eqn.origin.text):
            return ""
        first, second = self.operands(eqn)
        if eqn.phase and str(second) == variable and eqn.primitive in COMMUTATIVE:
            first, second = second, first
        if str(first) != variable:
            return ""
        return f"{variable} {_added(second)}" if sign == "+" else f"{variable} {sign}= {second}"

    def operands(self, eqn: Equation) -> list[Text]:
        """Return the texts of an equation's operands."""
        return [self.expressions.operand(operand, eqn) for operand in eqn.operands]


def _assignment(to: Statements, eqn: Equation) -> Iterator[str]:
    if not eqn.outputs:
        yield str(to.expressions.expression(eqn))
    elif to.ownership.in_place(eqn) and str(to.operands(eqn)[0]) == to.names(eqn.output):
        yield _increase(to, eqn)
    elif (text := str(to.assigned(variable := to.names(eqn.output), eqn))) != variable:
        yield to.augmented(variable, eqn) or f"{variable} = {text}"


def _increase(to: Statements, eqn: Equation) -> str:
    return f"{to.names(eqn.output)} {_added(to.expressions.operand(eqn.operands[1], eqn))}"


def _added(part: Text) -> str:
    """`+= ct`, or `-= ct` where the contribution starts with a minus."""
    if part.source.startswith("-") and part.precedence >= PRODUCT:
        return f"-= {unwrapped(part.source[1:])}"
    return f"+= {part}"


def unwrapped(source: str) -> str:
    """Return the source without parentheses around the whole of it, or around a product at its start."""
    inside = enclosed(source) if source.startswith("(") else ""
    rest = source[len(inside) + 2 :]
    if not inside or not (not rest or (rest.startswith((" * ", " / ")) and is_product(inside))):
        return source
    return inside + rest


# ------------------------------------------------------------------ stores


def _own(to: Statements, eqn: Equation) -> Iterator[str]:
    """A name of its own for what is written, where it does not take over that of the array."""
    target, variable = str(to.expressions.operand(eqn.operands[0], eqn)), to.names(eqn.output)
    if not to.ownership.in_place(eqn):
        yield f"{variable} = {target}.copy()"
    elif target != variable:
        yield f"{variable} = {target}"


def _scatter(to: Statements, eqn: Equation) -> Iterator[str]:
    yield from _own(to, eqn)
    _, part, *indices = to.operands(eqn)
    text = str(indexing.add_at.text(to.expressions.writer, eqn, [Text(to.names(eqn.output)), part, *indices]))
    yield text if text.startswith("np.add.at") else text[: len(text) - len(f"+= {part}")] + _added(part)


def _store(to: Statements, eqn: Equation) -> Iterator[str]:
    """`u[i] = v`; `u[i] += v` for the sum of that element and something."""
    yield from _own(to, eqn)
    variable, (_, value, *indices) = Text(to.names(eqn.output)), to.operands(eqn)
    text = str(stores.setslice.text(to.expressions.writer, eqn, [variable, value, *indices]))
    place = text[: len(text) - len(f" = {value}")]
    added = to.expressions.inlined(eqn.operands[1])
    if added is not None and added.primitive is arithmetic.add:
        first, second = to.operands(added)
        if str(first) == place:
            text = f"{place} += {second}"
    yield text


def _update(to: Statements, eqn: Equation) -> Iterator[str]:
    """Nothing where the caller's array was written in place."""
    if not to.ownership.memory.is_updated_in_place(eqn):
        array, value = to.operands(eqn)
        yield f"{array.within(ATOM)}[{':' if eqn.operands[0].aval.shape else '()'}] = {value}"


# ------------------------------------------------------------------ tapes


def _new_tape(to: Statements, eqn: Equation) -> Iterator[str]:
    tape, known = eqn.attrs["tape"], eqn.attrs.get("sizes")
    if known is None:
        yield f"{to.names.tape(tape)} = []{KEPT}"
        return
    shape = to.expressions.writer.room((*known, *tape.aval.shape))
    yield f"{to.names.tape(tape)} = {call('np.empty', shape, dtype=dtype_text(tape.aval.dtype))}{KEPT}"


def _record(to: Statements, eqn: Equation) -> Iterator[str]:
    value, *indices = to.operands(eqn)
    name = to.names.tape(eqn.attrs["tape"])
    if indices:
        yield f"{name}[{', '.join(map(str, indices))}] = {value}"
    else:
        is_array = isinstance(eqn.operands[0].aval, Array)
        yield f"{name}.append({value.within(ATOM) + '.copy()' if is_array else value})"


def _recall(to: Statements, eqn: Equation) -> Iterator[str]:
    name, indices = to.names.tape(eqn.attrs["tape"]), to.operands(eqn)
    text = f"{name}[{', '.join(map(str, indices))}]" if indices else f"{name}.pop()"
    if indices and isinstance(eqn.output.aval, Array):
        text += ".copy()" if to.ownership.memory.is_written(eqn.output) else ""
    yield f"{to.names(eqn.output)} = {text}"


def _check(to: Statements, eqn: Equation) -> Iterator[str]:
    ok, *values = to.operands(eqn)
    return check_lines(eqn, ok, values)


def _nothing(to: Statements, eqn: Equation) -> Iterator[str]:
    return iter(())


_SPECIAL: dict[Primitive, Callable[[Statements, Equation], Iterator[str]]] = {
    indexing.add_at: _scatter,
    stores.setitem: _store,
    stores.setslice: _store,
    regions.update: _update,
    regions.undefined: _nothing,
    tapes.new_tape: _new_tape,
    tapes.record: _record,
    tapes.recall: _recall,
    check: _check,
}
