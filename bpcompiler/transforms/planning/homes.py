"""Where the values of forward regions are defined: the regions around them, from the outermost in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bpcompiler.ir.equations import Block, Equation, Value
from bpcompiler.ir.sizes import Dim, Symbol, as_symbol, symbols
from bpcompiler.ir.types import Array, Aval, Scalar
from bpcompiler.primitives.regions import as_size, if_
from bpcompiler.primitives.tapes import recall
from bpcompiler.transforms.adjoint_regions import Pair
from bpcompiler.transforms.planning.exits import Left, conditions_left_by
from bpcompiler.transforms.planning.replay import is_replayed

Chain = tuple[tuple[Equation, Block], ...]  # (region, the block of it), from the outermost in


@dataclass(frozen=True, slots=True, eq=False)
class Home:
    """`eqn` defines the value; None: it is a parameter of the innermost block.

    `left`: it is a condition that was false in every turn but the last.
    """

    chain: Chain
    eqn: Equation | None
    left: Left | None = None

    @property
    def block(self) -> Block:
        """The block that defines the value."""
        return self.chain[-1][1]

    @property
    def loops(self) -> list[Equation]:
        """The loops around, from the outermost in."""
        return [region for region, _ in self.chain if region.primitive is not if_]

    @property
    def replay(self) -> Equation | None:
        """The innermost region around that is run again for its adjoint."""
        return next((region for region, _ in reversed(self.chain) if is_replayed(region)), None)

    @property
    def kept_in(self) -> Chain:
        """The regions in which something is kept: none outside of one that is run again."""
        at = max((i for i, (region, _) in enumerate(self.chain) if is_replayed(region)), default=0)
        return self.chain[at:]

    @property
    def is_there(self) -> bool:
        """Whether the value is there for nothing: its block is run again where the adjoint stands."""
        region = self.chain[-1][0]
        return region.primitive is if_ and is_replayed(region)


def homes_of(equations: Iterable[Equation], pairs: Sequence[Pair]) -> dict[Value, Home]:
    """Return the home of each value that is defined inside a region, and of what loops return for it."""
    left = conditions_left_by(pair.forward for pair in pairs)
    after = {pair.forward: [pair.turns] if pair.turns is not None else [] for pair in pairs}
    for each in dict.fromkeys(left.values()):
        after[each.loop] += [each.after] if each.is_new else []
    found: dict[Value, Home] = {}

    def visit(eqn: Equation, chain: Chain) -> None:
        for block in eqn.blocks:
            inner = (*chain, (eqn, block))
            found.update((param, Home(inner, None)) for param in block.params)
            for each in block.equations:
                found.update((value, Home(inner, each, left.get(value))) for value in each.outputs)
                found.update((value, Home(inner, each)) for value in after.get(each, ()))
                visit(each, inner)

    for eqn in equations:
        visit(eqn, ())
    return found


def symbols_in(attr: object) -> Iterator[Symbol]:
    """Yield the symbols in an attribute or a type, however nested."""
    if isinstance(attr, Symbol):
        yield attr
    elif isinstance(attr, Dim):
        yield from symbols(attr)
    elif isinstance(attr, Scalar):
        yield from symbols(attr.size) if attr.size is not None else ()
    elif isinstance(attr, Array):
        for size in attr.shape:
            yield from symbols(size)
    elif isinstance(attr, tuple):
        for item in attr:
            yield from symbols_in(item)
    elif hasattr(attr, "__dataclass_fields__"):
        for name in attr.__dataclass_fields__:
            yield from symbols_in(getattr(attr, name))


class Binders:
    """Which value binds the symbol of a size, in the block that reads it or around; no loop's index does."""

    def __init__(self, homes: Mapping[Value, Home]) -> None:
        self._homes = homes
        self._found: dict[Symbol, list[Value]] = {}
        for value, home in homes.items():
            if home.eqn is not None and home.eqn.primitive in (as_size, recall):
                for symbol in own_symbol(value.aval):
                    self._found.setdefault(symbol, []).append(value)

    def reads(self, eqn: Equation, blocks: Collection[Block]) -> Iterator[Value]:
        """Yield the values that an equation in the innermost of these blocks needs: operands, and sizes."""
        yield from (operand for operand in eqn.operands if isinstance(operand, Value))
        if not self._found:
            return
        for symbol in symbols_in((*eqn.attrs.values(), *(value.aval for value in eqn.outputs))):
            for value in self._found.get(symbol, ()):
                if value not in eqn.outputs and self._homes[value].block in blocks:
                    yield value


def own_symbol(aval: Aval) -> Iterator[Symbol]:
    """Yield the symbol that an integer of this type is, if it is one."""
    symbol = as_symbol(aval.size) if isinstance(aval, Scalar) and aval.size is not None else None
    if symbol is not None:
        yield symbol


def blocks_of(chain: Chain) -> list[Block]:
    """Return the blocks of a chain."""
    return [block for _, block in chain]
