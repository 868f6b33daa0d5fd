"""A dual number: a primal and its derivatives along numbered directions.

    Dual ::= primal, {direction: tangent}, level
    primal, tangent ::= a Python or NumPy real number | Dual of a lower level

`x + 2 * e` in textbooks is `Dual(x, {0: 2.0}, level)`. Several directions travel together, so
that one run of a program gives its whole gradient. A direction that is absent is a structural zero: it stays
absent, and no `0 * inf` turns it into NaN. Levels keep nested derivatives apart: an operation differentiates
along the highest level among its operands and treats all else as constants of that level.

Primals are computed by the operation that the user wrote, with the errors it raises; slopes by IEEE rules.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

REAL = (int, float, np.integer, np.floating, np.bool_)
Slope = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """A function of plain numbers, and for each operand its slope as a function of (*operands, output)."""

    evaluate: Callable[..., Any]
    slopes: tuple[Slope, ...]


# (operation, its plain operands, a result) -> the result, rounded in some way.
Rounding = Callable[[Operation, tuple[Any, ...], Any], Any]


@dataclass(slots=True)
class Hooks:
    """What happens to each value and to each slope: nothing, unless `conditioning` studies rounding.

    `decide` hears of each decision, as the two numbers that were compared: `closeness` listens.
    """

    value: Rounding | None = None
    slope: Rounding | None = None
    decide: Callable[[Any, Any], None] | None = None


HOOKS = Hooks()


def apply(operation: Operation, *operands: Any) -> Any:
    """Return the operation's value on any mixture of plain numbers and duals; a dual where one went in."""
    level = max(map(level_of, operands))
    if level:
        return _differentiate(operation, operands, level)
    inputs = tuple(map(plain, operands))
    out = operation.evaluate(*inputs)
    if HOOKS.value is not None:
        out = HOOKS.value(operation, inputs, out)
    return Dual(out, {}, 0) if any(isinstance(operand, Dual) for operand in operands) else out


def _differentiate(operation: Operation, operands: tuple[Any, ...], level: int) -> Dual:
    """Return the value, with the chain rule applied along the directions of one level."""
    primals = [operand.primal if level_of(operand) == level else operand for operand in operands]
    out = apply(operation, *primals)
    tangents: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        point = [*map(ieee, primals), ieee(out)]
        for slope, operand in zip(operation.slopes, operands, strict=True):
            if level_of(operand) == level and operand.tangents:
                _accumulate(tangents, _rounded(slope(*point), operation, point), operand.tangents)
    return Dual(out, tangents, level)


def _rounded(slope: Any, operation: Operation, point: list[Any]) -> Any:
    if HOOKS.slope is None or isinstance(slope, Dual):
        return slope
    return HOOKS.slope(operation, tuple(map(plain, point)), slope)


def _accumulate(tangents: dict[int, Any], slope: Any, incoming: Mapping[int, Any]) -> None:
    for direction, tangent in incoming.items():
        product = slope * tangent
        tangents[direction] = tangents[direction] + product if direction in tangents else product


def decided(a: Any, b: Any) -> None:
    """Tell who listens that the program took its way by comparing these two."""
    if HOOKS.decide is not None:
        HOOKS.decide(a, b)


def level_of(number: Any) -> int:
    return number.level if isinstance(number, Dual) else 0


def plain(number: Any) -> Any:
    """Return the number without any derivatives."""
    while isinstance(number, Dual):
        number = number.primal
    return number


def ieee(number: Any) -> Any:
    """Return the number with NumPy's arithmetic inside: a slope divides by zero without an exception."""
    if isinstance(number, Dual):
        tangents = {key: ieee(tangent) for key, tangent in number.tangents.items()}
        return Dual(ieee(number.primal), tangents, number.level)
    return np.float64(number)


def constant(number: Any) -> Dual:
    """Return a dual without derivatives."""
    return number if isinstance(number, Dual) else Dual(number, {}, 0)


def power_base_slope(x: Any, y: Any, out: Any) -> Any:
    """d(x**y)/dx, which is 0 for the constant x**0, at x = 0 too."""
    return 0.0 if plain(y) == 0 and not level_of(y) else y * apply(_IEEE_POWER, x, y - 1)


def power_exponent_slope(x: Any, y: Any, out: Any) -> Any:
    """d(x**y)/dy = x**y * log(x), which tends to 0 at x = 0 for y > 0."""
    if plain(x) == 0 and plain(y) > 0:
        return 0.0
    return out * apply(_IEEE_LOG, x)


def _quotient(x: Any, y: Any, out: Any) -> Any:
    return -math.floor(plain(x) / plain(y))


NEGATE = Operation(operator.neg, (lambda x, out: -1.0,))
ADD = Operation(operator.add, (lambda x, y, out: 1.0, lambda x, y, out: 1.0))
SUBTRACT = Operation(operator.sub, (lambda x, y, out: 1.0, lambda x, y, out: -1.0))
MULTIPLY = Operation(operator.mul, (lambda x, y, out: y, lambda x, y, out: x))
DIVIDE = Operation(operator.truediv, (lambda x, y, out: 1.0 / y, lambda x, y, out: -out / y))
FLOOR_DIVIDE = Operation(operator.floordiv, (lambda x, y, out: 0.0, lambda x, y, out: 0.0))
MODULO = Operation(operator.mod, (lambda x, y, out: 1.0, _quotient))
POWER = Operation(operator.pow, (power_base_slope, power_exponent_slope))
ABSOLUTE = Operation(operator.abs, (lambda x, out: np.sign(plain(x)),))  # 0 at the kink

_IEEE_POWER = Operation(np.power, POWER.slopes)
_IEEE_LOG = Operation(np.log, (lambda x, out: 1.0 / x,))


def _binary(operation: Operation) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """Return the two methods of an operator. Arrays do it themselves, element by element."""

    def forward(self: Dual, other: Any) -> Any:
        return apply(operation, self, other) if isinstance(other, (Dual, *REAL)) else NotImplemented

    def reflected(self: Dual, other: Any) -> Any:
        return apply(operation, other, self) if isinstance(other, REAL) else NotImplemented

    return forward, reflected


def _comparison(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    def method(self: Dual, other: Any) -> Any:
        if not isinstance(other, (Dual, *REAL)):
            return NotImplemented
        decided(self, other)
        return compare(plain(self), plain(other))

    return method


@dataclass(frozen=True, slots=True, eq=False)
class Dual:
    """See the module. Whatever would lose the derivatives silently (`float(x)`, a hash) is a TypeError."""

    primal: Any
    tangents: Mapping[int, Any]
    level: int

    __add__, __radd__ = _binary(ADD)
    __sub__, __rsub__ = _binary(SUBTRACT)
    __mul__, __rmul__ = _binary(MULTIPLY)
    __truediv__, __rtruediv__ = _binary(DIVIDE)
    __floordiv__, __rfloordiv__ = _binary(FLOOR_DIVIDE)
    __mod__, __rmod__ = _binary(MODULO)
    __pow__, __rpow__ = _binary(POWER)
    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)
    __eq__ = _comparison(operator.eq)
    __ne__ = _comparison(operator.ne)
    __hash__ = None  # type: ignore[assignment]

    def __neg__(self) -> Any:
        return apply(NEGATE, self)

    def __pos__(self) -> Dual:
        return self

    def __abs__(self) -> Any:
        decided(self, 0.0)
        return apply(ABSOLUTE, self)

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        return self // other, self % other

    def __bool__(self) -> bool:
        decided(self, 0.0)
        return bool(plain(self))

    def __float__(self) -> float:
        raise TypeError(f"float({self!r}) would lose its derivatives")

    # Integers are locally constant, so these may drop the tangents.
    def __int__(self) -> int:
        decided(self, float(round(plain(self))))
        return int(plain(self))

    def __trunc__(self) -> int:
        return int(math.trunc(plain(self)))

    def __floor__(self) -> int:
        return int(math.floor(plain(self)))

    def __ceil__(self) -> int:
        return int(math.ceil(plain(self)))

    def __round__(self, digits: int | None = None) -> Any:
        return round(plain(self), digits)

    # What user programs ask of a NumPy scalar.
    shape = ()
    ndim = 0
    size = 1

    def item(self) -> Dual:
        return self

    def sum(self, axis: None = None, **_: Any) -> Dual:
        return self

    def mean(self, axis: None = None, **_: Any) -> Dual:
        return self

    def conjugate(self) -> Dual:
        return self

    def __repr__(self) -> str:
        return f"Dual({self.primal!r}, {dict(self.tangents)!r}, {self.level})"
