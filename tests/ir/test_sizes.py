"""Sizes are integer polynomials in normal form; their text computes what they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bpcompiler.codegen.size_text import SizeText
from bpcompiler.ir import sizes
from bpcompiler.ir.equations import Block, Value
from bpcompiler.ir.sizes import Size, Symbol
from bpcompiler.ir.types import FLOAT64, Array

N, M, K = (sizes.symbol(name) for name in "nmk")
SHAPE = (N, M, K)
OPERATIONS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "floordiv": sizes.floordiv,
    "mod": sizes.mod,
    "max": sizes.maximum,
    "min": sizes.minimum,
}
NUMBERS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "floordiv": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
    "max": max,
    "min": min,
}


@st.composite
def expressions(draw: st.DrawFn, depth: int = 4) -> tuple[Size, object]:
    """Return a size, and a function of the symbols' values that computes the same on plain ints."""
    if depth == 0 or draw(st.booleans()):
        leaf = draw(st.sampled_from([0, 1, 2, 3, "n", "m", "k"]))
        if isinstance(leaf, int):
            return leaf, lambda values: leaf
        return sizes.symbol(leaf), lambda values: values[leaf]
    name = draw(st.sampled_from(list(OPERATIONS)))
    left, left_number = draw(expressions(depth - 1))
    if name in ("floordiv", "mod"):
        divisor = draw(st.integers(1, 4))
        return OPERATIONS[name](left, divisor), lambda values: NUMBERS[name](left_number(values), divisor)  # type: ignore[operator]
    right, right_number = draw(expressions(depth - 1))
    return (
        OPERATIONS[name](left, right),
        lambda values: NUMBERS[name](left_number(values), right_number(values)),  # type: ignore[operator]
    )


VALUES = st.fixed_dictionaries({name: st.integers(0, 7) for name in "nmk"})


@given(expressions(), VALUES)
def test_a_size_and_its_text_compute_what_was_written(
    made: tuple[Size, object], values: dict[str, int]
) -> None:
    size, number = made
    expected = number(values)  # type: ignore[operator]
    assert sizes.evaluate(size, {Symbol(name): value for name, value in values.items()}) == expected
    x = Value(Array(FLOAT64, SHAPE))
    text = SizeText(Block((x,), (), ()), lambda value: "x")(size)

    class Shaped:
        shape = tuple(values[name] for name in "nmk")

    assert eval(text, {"x": Shaped, "max": max, "min": min}) == expected


@given(expressions(), expressions(), VALUES)
def test_solving_an_equation_keeps_it(
    left: tuple[Size, object], right: tuple[Size, object], values: dict[str, int]
) -> None:
    solved = sizes.solve(left[0], right[0])
    known = {Symbol(name): value for name, value in values.items()}
    if solved is not None:
        unknown, size = solved
        equal = sizes.evaluate(left[0], known) == sizes.evaluate(right[0], known)
        assert equal == (known[unknown] == sizes.evaluate(size, known))


@given(expressions(), VALUES)
def test_what_is_known_to_be_nonnegative_is(made: tuple[Size, object], values: dict[str, int]) -> None:
    if sizes.is_nonnegative(made[0]):
        assert sizes.evaluate(made[0], {Symbol(name): value for name, value in values.items()}) >= 0


def test_equal_sizes_are_equal_objects() -> None:
    assert N + 1 - 1 == N
    assert (N + M) * 2 == M * 2 + N + N
    assert sizes.floordiv(N * M, N) == M
    assert sizes.divide_exactly(N + 1, 2) is None
