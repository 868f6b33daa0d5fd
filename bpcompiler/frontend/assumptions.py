"""What a program takes for granted of the sizes of its calls: see `decisions`, which makes assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bpcompiler.ir import sizes
from bpcompiler.ir.sizes import Size, Symbol


@dataclass(frozen=True, slots=True)
class Assumption:
    """`left relation right` is `holds` for the sizes of every call of the program."""

    relation: str  # "==" or "<"
    left: Size
    right: Size
    holds: bool

    def satisfied(self, values: dict[Symbol, int]) -> bool:
        """Return whether it holds for these sizes. What divides by zero does not."""
        if any(sizes.evaluate(divisor, values) == 0 for divisor in self.divisors()):
            return False
        left, right = sizes.evaluate(self.left, values), sizes.evaluate(self.right, values)
        return (left == right if self.relation == "==" else left < right) is self.holds

    def divisors(self) -> Iterator[Size]:
        """Yield what must not be zero, each after what it divides by itself."""
        yield from sizes.divisors(self.left)
        yield from sizes.divisors(self.right)

    def not_negative(self) -> tuple[Size, ...]:
        """Return sizes of which it says that they are not negative."""
        if self.relation == "<":
            return (self.right - self.left - 1 if self.holds else self.left - self.right,)
        return (self.left - self.right, self.right - self.left) if self.holds else ()

    def __str__(self) -> str:
        text = f"{self.left} {self.relation} {self.right}"
        return text if self.holds else f"not {text}"
