"""Rewrites of products, signs and conversions."""

from __future__ import annotations

from bpcompiler.ir.equations import Literal, Operand, Value, literal
from bpcompiler.ir.types import BOOL, INT64, Array, Scalar
from bpcompiler.primitives.arithmetic import add, div, mul, neg, sub
from bpcompiler.primitives.piecewise import alias, convert, select
from bpcompiler.transforms.rewrites.common import Program, Wanted, is_zero, number_of, unnamed


def product_of_numbers(program: Program, eqn: Wanted) -> Operand | None:
    """2 * 0.5 >> 1.0."""
    left, right = map(number_of, eqn.operands)
    if left is None or right is None or not eqn.aval.dtype.is_float:
        return None
    return literal(float(left) * float(right), like=eqn.aval)


def times_one(program: Program, eqn: Wanted) -> Operand | None:
    """x * 1.0 >> x, x * -1.0 >> -x, in the float type that the product has; n * 1.0 >> float(n)."""
    for one, x in (eqn.operands, reversed(eqn.operands)):
        number = number_of(one)
        if number == 1 and x.aval.dtype is INT64 and isinstance(eqn.aval, Scalar) and isinstance(x, Value):
            return program.make(convert, x, dtype=eqn.aval.dtype, weak=True)
        if number in (1, -1) and x.aval.shape == eqn.aval.shape and x.aval.dtype.is_float:
            same = x.aval.dtype is eqn.aval.dtype
            exact = x if same else program.make(convert, x, dtype=eqn.aval.dtype)
            return exact if number == 1 else program.make(neg, exact)
    return None


def times_inverse(program: Program, eqn: Wanted) -> Operand | None:
    """1 / b * x >> x / b, -1 / b * x >> -x / b."""
    for inverse, x in (eqn.operands, reversed(eqn.operands)):
        quotient = unnamed(program, inverse, div)
        if quotient is None or number_of(quotient.operands[0]) not in (1, -1) or isinstance(x, Literal):
            continue
        top = x if number_of(quotient.operands[0]) == 1 else program.make(neg, x)
        return program.make(div, top, quotient.operands[1])
    return None


def times_count(program: Program, eqn: Wanted) -> Operand | None:
    """x * float(n) >> x * n."""
    x, count = eqn.operands
    number = unnamed(program, count, convert)
    if number is None or isinstance(x, Literal) or number.operands[0].aval.dtype is not INT64:
        return None
    return program.make(mul, x, number.operands[0])


def times_negative(program: Program, eqn: Wanted) -> Operand | None:
    """a * -b >> -a * b: a minus stands in front, where `+=` makes it `-=`."""
    left, right = eqn.operands
    negative = unnamed(program, right, neg)
    if negative is None or left.aval.dtype is BOOL:
        return None  # a comparison has no negative
    return program.make(mul, program.make(neg, left), negative.operands[0])


def plus_negative(program: Program, eqn: Wanted) -> Operand | None:
    """x + -y >> x - y, x + -a * b >> x - a * b."""
    x, y = eqn.operands
    positive = _without_minus(program, y)
    return program.make(sub, x, positive) if positive is not None else None


def plus_same_product(program: Program, eqn: Wanted) -> Operand | None:
    """b * a + a * b >> 2 * a * b."""
    left, right = eqn.operands
    one, other = program.definition(left, mul), program.definition(right, mul)
    if one is None or other is None or not one.phase or set(one.operands) != set(other.operands):
        return None
    a, b = other.operands
    return program.make(mul, program.make(mul, literal(2), a), b)


def plus_zero(program: Program, eqn: Wanted) -> Operand | None:
    """x + 0.0 >> x, 0.0 + x >> x; dx = np.zeros_like(x); dx += ct >> dx = ct."""
    left, right = eqn.operands
    if is_zero(program, right):
        return left
    return right if is_zero(program, left) else None


def _without_minus(program: Program, operand: Operand) -> Operand | None:
    """-a >> a, -a * b >> a * b, -a / b >> a / b; None where no minus stands in front."""
    if (negative := unnamed(program, operand, neg)) is not None:
        return negative.operands[0]
    if isinstance(operand, Literal):
        return literal(-operand.value, like=operand.aval) if operand.value < 0 else None
    for primitive in (mul, div):
        if (product := unnamed(program, operand, primitive)) is not None:
            first = _without_minus(program, product.operands[0])
            return program.make(primitive, first, product.operands[1]) if first is not None else None
    return None


def into_select(program: Program, eqn: Wanted) -> Operand | None:
    """a * where(c, t, 0) >> where(c, a * t, 0): 0 where t was not taken, even if a is infinite there."""
    for at, operand in enumerate(eqn.operands):
        choice, other = unnamed(program, operand, select), eqn.operands[1 - at]
        if choice is None or operand.aval.shape != eqn.aval.shape or isinstance(other, Literal):
            continue
        condition, *sides = choice.operands
        if 0 in map(number_of, sides):
            products = [
                side
                if number_of(side) == 0
                else program.make(mul, *((side, other) if at == 0 else (other, side)))
                for side in sides
            ]
            return program.make(select, condition, *products)
    return None


def added_to_a_number(program: Program, eqn: Wanted) -> Operand | None:
    """dx = 1.0; dx += y >> dx = 1.0 + y."""
    total, part = eqn.operands
    return program.make(add, total, part) if isinstance(total, Literal) else None


def twice(program: Program, eqn: Wanted) -> Operand | None:
    """dx = x; dx += x >> dx = 2 * x, dx = x; dx += y >> dx = x + y: the user's array is not written to."""
    total, part = eqn.operands
    second_name = program.definition(total, alias)
    if second_name is None or not program.is_near(second_name) or not isinstance(eqn.aval, Array):
        return None
    first = second_name.operands[0]
    if first is part:
        return program.make(mul, literal(2), part)
    return None if program.is_derivative(first) else program.make(add, first, part)


def same_choice(program: Program, eqn: Wanted) -> Operand | None:
    """where(c, where(c, x, y), z) >> where(c, x, z), and the same on the other side."""
    condition, *sides = eqn.operands
    inner = [unnamed(program, side, select) for side in sides]
    chosen = [
        choice.operands[1 + at] if choice is not None and choice.operands[0] is condition else sides[at]
        for at, choice in enumerate(inner)
    ]
    return program.make(select, condition, *chosen) if chosen != sides else None


def negated(program: Program, eqn: Wanted) -> Operand | None:
    """-(2.0) >> -2.0, --x >> x."""
    (x,) = eqn.operands
    if (number := number_of(x)) is not None:
        return literal(-number, like=eqn.aval)
    inner = unnamed(program, x, neg)
    return inner.operands[0] if inner is not None else None


def converted(program: Program, eqn: Wanted) -> Operand | None:
    """float(2.0) >> 2.0; x >> x where it has the type; there and back again >> x."""
    (x,) = eqn.operands
    if isinstance(x, Literal):
        return literal(float(x.value), like=eqn.aval) if eqn.aval.dtype.is_float else None
    if x.aval == eqn.aval:
        return x
    inner = unnamed(program, x, convert)
    there_and_back = inner is not None and x.aval.dtype.is_float and eqn.aval.dtype.is_float
    return inner.operands[0] if there_and_back and inner is not None else None


def same(program: Program, eqn: Wanted) -> Operand | None:
    """x >> x: whether it gets a second name is decided where names are given."""
    return eqn.operands[0]
