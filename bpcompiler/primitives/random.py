"""Random numbers from a key `(seed, counter)`: pure functions of it, integers to derivatives.

    random_uniform[shape](seed, counter)          in [0, 1); shape None: one Python number
    random_normal[shape](seed, counter)           with mean 0 and deviation 1
    random_integers[shape](seed, counter, n)      in [0, n), n from 1 on
    random_choice[shape](seed, counter, n)        the same, but independent of it
    random_permutation[count, length](seed, counter)    0, 1 ... length - 1, shuffled: the first `count`
    random_sample[count, length](seed, counter)         the same, but independent of it

Each means the function of that name in `bpcompiler.random.numbers`, which the staged source quotes. Of m
columns, element (i, j) is number i * m + j. With `places=(first, step, ...)`, which lowering writes for parts
of arrays, it is number first + i * step + ... of the whole. In a lowered program, number `index` is

    random.uniform(seed, counter, index, purpose)
    random.normal(seed, counter, index, purpose)
    random.below(seed, counter, index, purpose, n)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from bpcompiler.ir.equations import Attrs, Block, Equation, Primitive
from bpcompiler.ir.sizes import Size, product
from bpcompiler.ir.types import FLOAT64, INT64, Array, Aval, DType, Scalar
from bpcompiler.primitives.declare import Elementwise, Structural, Text, Writer, call
from bpcompiler.random import numbers
from bpcompiler.random.threefry import as_below, as_normal, as_uniform

MODULE = "random"


def _write_draw(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
    shape: tuple[Size, ...] | None = eqn.attrs["shape"]
    seed, counter, *n = map(str, operands)
    size = [] if shape is None else [writer.shape(shape)]
    return call(eqn.primitive.name, f"({seed}, {counter})", *n, *size)


def _draw(function: Callable[..., Any], dtype: DType) -> Structural:
    def infer(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
        shape = attrs["shape"]
        return (Scalar(dtype, weak=True) if shape is None else Array(dtype, shape),)

    def evaluate(seed: int, counter: int, *n: int, shape: Any, places: tuple[int, ...] | None = None) -> Any:
        if places is None:
            return function((seed, counter), *n, shape)
        index = sum((np.indices(shape).T * places[1:]).T, np.full(shape, places[0]))
        return function((seed, counter), *n, int(np.max(index, initial=-1)) + 1)[index]

    return Structural(function.__name__, infer, evaluate=evaluate, text=_write_draw, quotes=(function,))


def places_of(eqn: Equation) -> tuple[Size, ...]:
    """Return the number of a draw's first element, and how far apart those along each axis are."""
    given: tuple[Size, ...] | None = eqn.attrs.get("places")
    if given is not None:
        return given
    shape: tuple[Size, ...] = eqn.output.aval.shape
    return (0, *(product(shape[axis + 1 :]) for axis in range(len(shape))))


def _infer_shuffle(avals: tuple[Aval, ...], attrs: Attrs, blocks: tuple[Block, ...]) -> tuple[Aval, ...]:
    return (Array(INT64, (attrs["count"],)),)


def _shuffle(function: Callable[..., Any]) -> Structural:
    partly = function is numbers.random_sample

    def evaluate(seed: int, counter: int, *, count: int, length: int) -> Any:
        return function((seed, counter), length, *([count] if partly else []))

    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        seed, counter = operands
        sizes = [eqn.attrs["length"], *([eqn.attrs["count"]] if partly else [])]
        return call(function.__name__, f"({seed}, {counter})", *map(writer.size, sizes))

    return Structural(function.__name__, _infer_shuffle, evaluate=evaluate, text=write, quotes=(function,))


def _element(name: str, dtype: DType, of_words: Callable[..., Any]) -> Elementwise:
    def write(writer: Writer, eqn: Equation, operands: Sequence[Text]) -> Text:
        return call(f"{MODULE}.{name}", *map(str, operands))

    return Elementwise(
        f"{MODULE}.{name}",
        lambda avals, attrs, blocks: (Scalar(dtype, weak=True),),
        evaluate=partial(numbers.element, of_words),
        text=write,
    )


uniform = _draw(numbers.random_uniform, FLOAT64)
normal = _draw(numbers.random_normal, FLOAT64)
integers = _draw(numbers.random_integers, INT64)
choice = _draw(numbers.random_choice, INT64)
permutation = _shuffle(numbers.random_permutation)
sample = _shuffle(numbers.random_sample)

element_of_uniform = _element("uniform", FLOAT64, lambda x, y: as_uniform(x))
element_of_normal = _element("normal", FLOAT64, as_normal)
element_below = _element("below", INT64, as_below)

# The second word of the blocks: no two functions draw the same numbers from one key.
PURPOSES: dict[Primitive, int] = {uniform: 0, normal: 1, integers: 2, choice: 3, permutation: 4, sample: 5}
DRAWS = (uniform, normal, integers, choice)  # of independent numbers
FAMILY = (*DRAWS, permutation, sample)
