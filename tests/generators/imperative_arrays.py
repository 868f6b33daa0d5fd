"""Arrays of an imperative program: new ones, views, views of views, as texts with known shapes."""

from __future__ import annotations

import re

import numpy as np

from tests.generators.imperative_draft import Draft
from tests.generators.imperative_values import operand

ARRAYS = [
    "{a} * {b}",
    "{a} + {b}",
    "{a} - 0.5 * {b}",
    "np.tanh({a})",
    "np.sin({a}) * {x}",
    "{a} * {x}",
    "{x} - {a}",
    "{a} / (1.5 + {b} * {b})",
    "np.where({a} > {x}, {a}, 0.5 * {b})",
    "np.maximum({a}, {b})",
    "{a}.copy()",
    "np.zeros_like({a})",
    "np.ones_like({a}) * {x}",
    "np.array({a})",
    "-{a}",
]


def array(draft: Draft, shape: tuple[int, ...]) -> str:
    """Return an expression of a new array of this shape, or of one that is there."""
    equal = draft.where(lambda kind: kind.name == "array" and kind.shape == shape)
    found = [*equal, *(text for text, s in some_views(draft) if s == shape)]
    if not found:
        return f"np.zeros({_shape_text(draft, shape)}) + {operand(draft)}"
    if len(shape) == 1 and draft.chance(6) and (product := _product(draft, shape[0])):
        return product
    if draft.chance(5):
        return draft.pick(found)
    return draft.pick(ARRAYS).format(a=draft.pick(found), b=draft.pick(found), x=operand(draft))


def _shape_text(draft: Draft, shape: tuple[int, ...]) -> str:
    """Return a shape: sizes of arrays in scope, or numbers."""
    texts = []
    for size in shape:
        sources = [
            f"{name}.shape[{axis}]"
            for name, kind in draft.places.items()
            for axis, other in enumerate(kind.shape)
            if other == size
        ]
        texts.append(draft.pick(sources) if sources and draft.choices.integer(0, 3) else str(size))
    return f"({', '.join(texts)},)" if len(texts) != 1 else texts[0]


def _product(draft: Draft, rows: int) -> str:
    """Return a product of a matrix with that many rows and a vector."""
    matrices = draft.where(lambda kind: len(kind.shape) == 2 and kind.shape[0] == rows)
    for matrix in matrices:
        columns = draft.places[matrix].shape[1]
        vectors = draft.where(lambda kind, columns=columns: kind.shape == (columns,))
        if vectors:
            return f"{matrix} @ {draft.pick(vectors)}"
    return ""


VIEWS = ["{0}[1:]", "{0}[:-1]", "{0}[::-1]", "{0}[::2]", "{0}[:]", "{0}[...]", "{0}[:2]", "{0}[-2:]"]
FLAT_VIEWS = ["{0}.reshape(1, -1)", "{0}[None]", "{0}[:, None]", "{0}.reshape(-1, 1)", "{0}.T"]
MATRIX_VIEWS = [
    "{0}.T",
    "np.transpose({0})",
    "{0}[:, 1:]",
    "{0}[:, 0]",
    "{0}[0]",
    "{0}[-1]",
    "{0}[1:, ::-1]",
    "{0}.reshape(-1)",
    "{0}.ravel()",
    "{0}.swapaxes(0, 1)",
    "{0}[:, -1]",
    "{0}.reshape({0}.shape[1], {0}.shape[0])",
]


def view(draft: Draft, name: str) -> tuple[str, tuple[int, ...]] | None:
    """Return a view of an array, or a view of a view, and its shape; None where NumPy refuses."""
    text = name
    for _ in range(2 if draft.chance(4) else 1):
        shape = _shape_of(draft, text, name)
        if shape is None or shape == ():
            return None
        more = FLAT_VIEWS if len(shape) == 1 else MATRIX_VIEWS
        text = draft.pick(VIEWS + more * 2 if len(shape) == 2 else VIEWS * 2 + more).format(text)
    shape = _shape_of(draft, text, name)
    return None if shape is None or not 0 < len(shape) <= 2 else (text, shape)


def _shape_of(draft: Draft, text: str, name: str) -> tuple[int, ...] | None:
    """Return the shape of an expression of one array, by running it on an empty one."""
    renamed = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", "base", text)
    try:
        value = eval(renamed, {"np": np, "base": np.zeros(draft.places[name].shape)})
    except (IndexError, ValueError):
        return None
    return tuple(np.shape(value))


def some_views(draft: Draft) -> list[tuple[str, tuple[int, ...]]]:
    """Return one or two views of arrays in scope."""
    arrays = draft.where(lambda kind: kind.name == "array")
    if not arrays:
        return []
    return [found for _ in range(2) if (found := view(draft, draft.pick(arrays)))]
