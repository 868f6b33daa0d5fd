"""The families of array expressions. Each returns the text of one that is valid at the sample point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.generators.scope import Scope, number

SMOOTH = [
    "np.tanh({a})",
    "np.sin({a})",
    "np.cos({a}) * {a}",
    "np.exp(-{a} * {a})",
    "np.exp({a} / 4)",
    "1.0 / (1 + np.exp(-{a}))",
    "np.sqrt({a}**2 + 0.5)",
    "np.log({a} * {a} + 0.5)",
    "np.log1p(np.square({a}))",
    "np.arctan({a})",
    "-{a}",
    "{a}**2",
    "{a}**3 / 4",
    "0.5 * {a}",
    "{a} - 1",
    "2 / (3.0 + {a} * {a})",
    "np.abs({a})",
    "np.maximum({a}, 0)",
    "np.minimum({a}, 0.5)",
    "np.clip({a}, -0.8, 0.9)",
    "np.where({a} > 0, {a}, SCALE * {a})",
    "np.where({a} > 0.25, np.exp(-{a}), 1.0)",
]
BINARY = [
    "{a} + {b}",
    "{a} - {b}",
    "{a} * {b}",
    "{a} * {b} + {b}",
    "{a} / (1.5 + {b} * {b})",
    "np.maximum({a}, {b})",
    "np.minimum({a}, {b})",
    "np.where({a} > {b}, {a}, {b} * 0.5)",
    "np.multiply({a}, np.cos({b}))",
    "np.hypot({a}, {b} * {b} + 1.0)",
    "np.arctan2({a}, {b} * {b} + 0.5)",
    "np.logaddexp({a}, {b})",
    "(2.0 + np.tanh({a})) ** {b}",
]


def is_real(value: Any) -> bool:
    """Whether a value is a float, a NumPy float or an array of them."""
    return isinstance(value, (float, np.floating, np.ndarray)) and np.asarray(value).dtype.kind == "f"


def any_name(scope: Scope) -> str:
    return scope.pick(scope.names_where(is_real))


def array_name(scope: Scope, least: int = 1, *, empty: bool = True) -> str | None:
    """Return the name of an array of at least so many dimensions, or None if there is none."""
    names = scope.names_where(lambda v: is_real(v) and np.ndim(v) >= least and (empty or np.size(v) > 0))
    return scope.pick(names) if names else None


def elementwise(scope: Scope) -> str:
    return scope.pick(SMOOTH).format(a=any_name(scope))


def _broadcast(a: Any, b: Any) -> bool:
    try:
        np.broadcast_shapes(np.shape(a), np.shape(b))
    except ValueError:
        return False
    return True


def binary(scope: Scope) -> str:
    """Two names whose shapes broadcast, or a name and a literal."""
    a = any_name(scope)
    partners = scope.names_where(lambda v: is_real(v) and _broadcast(v, scope.values[a]))
    b = number(scope.draw) if scope.chance(5) else scope.pick(partners)
    return scope.pick(BINARY).format(a=a, b=b)


def reduction(scope: Scope) -> str:
    name = array_name(scope, empty=scope.chance(2))
    if name is None:
        return elementwise(scope)
    value = scope.values[name]
    functions = ["sum", "prod", "mean", "max", "min", "var"]
    function = scope.pick(functions if value.size else functions[:2])
    axes: list[Any] = [None, *range(-value.ndim, value.ndim)]
    if value.ndim > 1 and function != "prod":
        axes.append((0, value.ndim - 1))
    axis, keepdims = scope.pick(axes), scope.pick(["", ", keepdims=True"])
    return f"np.{function}({name}, axis={axis}{keepdims})"


def _multiply(a: Any, b: Any) -> bool:
    try:
        np.matmul(a, b)
    except ValueError:
        return False
    return True


def product(scope: Scope) -> str:
    """A matrix product in any combination of dimensions, transposing where that makes it fit."""
    a = array_name(scope)
    if a is None:
        return binary(scope)
    value = scope.values[a]
    arrays = scope.names_where(lambda v: is_real(v) and np.ndim(v) > 0)
    operands = [*arrays, *(f"{name}.T" for name in arrays)]
    partners = [operand for operand in operands if _multiply(value, scope.evaluate(operand))]
    if not partners:
        return f"{a}.T @ {a}" if value.ndim < 3 else f"{a} @ np.swapaxes({a}, -1, -2)"
    b = scope.pick(partners)
    forms = ["{a} @ {b}", "np.matmul({a}, {b})", "np.dot({a}, {b})", "{a}.dot({b})"]
    has_batches = max(value.ndim, np.ndim(scope.evaluate(b))) > 2  # there np.dot is something else
    return scope.pick(forms[:2] if has_batches else forms).format(a=a, b=b)


def _basic_item(scope: Scope, size: int) -> str:
    """Return an index of one dimension."""
    slices = [":", "1:", ":-1", "::2", "::-1", ":1", "-2:", "2:0:-1", "1:1"]
    return scope.pick([*slices, str(scope.draw(st.integers(-size, size - 1)))] if size else slices)


def basic_index(scope: Scope) -> str:
    """Slices, integers, new axes and the ellipsis."""
    name = array_name(scope)
    if name is None:
        return elementwise(scope)
    sizes = scope.values[name].shape
    count = scope.draw(st.integers(1, len(sizes)))
    items = [_basic_item(scope, size) for size in sizes[:count]]
    if scope.chance(4):
        items.insert(scope.draw(st.integers(0, len(items))), scope.pick(["None", "np.newaxis"]))
    if scope.chance(4):
        items = ["...", *[_basic_item(scope, size) for size in sizes[1:]]]
    return f"{name}[{', '.join(items)}]"


def integer_index(scope: Scope) -> str:
    """Arrays of integers, repeated and negative ones among them."""
    name = array_name(scope, empty=False)
    if name is None:
        return elementwise(scope)
    first, *rest = scope.values[name].shape
    indices = scope.draw(st.lists(st.integers(-first, first - 1), max_size=4))
    rows = f"np.array({indices!r}, dtype=np.int64)" if scope.chance(2) or not indices else repr(indices)
    if rest and indices and scope.chance(2):
        columns = [repr([abs(i) % rest[0] for i in indices]), f"np.arange({len(indices)}) % {rest[0]}"]
        return f"{name}[{rows}, {scope.pick([':', '0', *columns])}]"
    return f"{name}[{rows}]" if rest or scope.chance(2) else f"np.take({name}, {rows}, axis=0)"


def join(scope: Scope) -> str:
    """np.stack of equal shapes, np.concatenate along an axis; a name may be there twice."""
    name = array_name(scope)
    if name is None:
        return elementwise(scope)
    shape = scope.values[name].shape
    equal = scope.names_where(lambda v: is_real(v) and np.shape(v) == shape)
    parts = [name, *(scope.pick(equal) for _ in range(scope.draw(st.integers(0, 2))))]
    joined = ", ".join(parts)
    axis = scope.draw(st.integers(-len(shape), len(shape) - 1))
    return scope.pick(
        [
            f"np.concatenate([{joined}], axis={axis})",
            f"np.stack([{joined}], axis={axis})",
            f"np.stack(({joined},))",
            f"np.concatenate(({name}, {name}[:1]))",
        ]
    )


def _factorisations(size: int) -> list[Sequence[int]]:
    shapes: list[Sequence[int]] = [(-1,), (size,), (1, size), (size, 1)]
    return shapes + [(d, -1) for d in (2, 3) if size and size % d == 0]


def shape(scope: Scope) -> str:
    """Reshaping and moving axes."""
    name = array_name(scope)
    if name is None:
        return f"np.reshape({any_name(scope)}, (1,))"
    value = scope.values[name]
    order = scope.draw(st.permutations(range(value.ndim)))
    axis = scope.draw(st.integers(-value.ndim - 1, value.ndim))
    target = scope.pick(_factorisations(value.size) if value.size else [value.shape[::-1], (1, *value.shape)])
    choices = [
        f"{name}.T",
        f"np.transpose({name}, {tuple(order)})",
        f"{name}.reshape({', '.join(map(str, target))})",
        f"np.reshape({name}, {tuple(target)})",
        f"np.expand_dims({name}, {axis})",
        f"np.squeeze({name})",
        f"np.ravel({name})",
        f"{name}.swapaxes(0, -1)",
        f"np.broadcast_to({name}, {(2, *value.shape)})",
    ]
    return scope.pick([choice for choice in choices if np.ndim(scope.evaluate(choice)) <= 3])


def select(scope: Scope) -> str:
    """A where whose sides have their own shapes; the side not taken is out of its domain."""
    a = any_name(scope)
    partners = scope.names_where(lambda v: is_real(v) and _broadcast(v, scope.values[a]))
    b = scope.pick(partners)
    condition = scope.pick([f"{a} > 0.3", f"{a} <= {b}", f"({a} > -0.5) & ({b} < 0.5)", f"~({a} != {b})"])
    return scope.pick(
        [
            f"np.where({condition}, {a}, {b})",
            f"np.where({condition}, {b} * {a}, 0.0)",
            f"np.where({a} > 0.3, np.log({a}), {b})",
            f"np.where({a} < -0.3, 1 / {a}, np.sqrt(np.abs({b}) + 0.5))",
            f"np.clip({a}, -0.6, np.abs({b}))",
        ]
    )


def constructor(scope: Scope) -> str:
    """Constants made inside, of the shapes and sizes of a name."""
    name = array_name(scope)
    if name is None:
        return f"{any_name(scope)} * np.linspace(-1.0, 1.0, 3)"
    columns = scope.values[name].shape[-1]
    return scope.pick(
        [
            f"np.ones_like({name}) * 0.5 - {name}",
            f"np.zeros({name}.shape) + {name}",
            f"{name} * np.full({name}.shape, 0.25)",
            f"{name} + np.arange({columns}) * 0.5",
            f"{name} * np.linspace(0.0, 1.0, {name}.shape[-1])",
            f"{name} @ np.eye({columns})",
            f"{name} * np.array({[0.5 + k for k in range(columns)]!r})",
            f"{name} / ({name}.shape[0] + 1)",
        ]
    )


def method(scope: Scope) -> str:
    """ndarray's methods and attributes."""
    name = array_name(scope, empty=False)
    if name is None:
        return elementwise(scope)
    count = math.prod(scope.values[name].shape)
    return scope.pick(
        [
            f"{name}.sum(axis=0)",
            f"{name}.mean()",
            f"{name}.max(axis=-1)",
            f"{name}.min()",
            f"{name}.copy() * {name}.size",
            f"{name}.flatten()[{count - 1}]",
            f"{name}.clip(-0.5, 0.5)",
            f"len({name}) * {name}",
            f"sum([row * np.sum(row) for row in {name}])",
            f"np.array([np.sum({name}), 0.5, {name}.mean()])",
            f"[{name}, 2.0 * {name}][1] - ({name},)[0]",
        ]
    )


def call(scope: Scope) -> str:
    return f"helper({any_name(scope)}, {any_name(scope)}{scope.pick(['', ', 2.0', ', factor=SCALE'])})"
