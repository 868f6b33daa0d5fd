"""Jacobians and Hessians, built column by column, or row by row, from compiled products with unit vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bpcompiler.differentials import leaves_in, transformed, value_goal
from bpcompiler.directions import Leaves, arranged
from bpcompiler.frontend.leaves import is_argument_leaf, is_float_leaf
from bpcompiler.goal import Goal
from bpcompiler.positions import as_tuple, chosen
from bpcompiler.transformed import NotInNopython, Transformed

if TYPE_CHECKING:
    from bpcompiler.frontend.trace import Trace


def jacobian(
    function: Callable[..., Any], argnums: Any = 0, *, precise: bool = False, parallel: bool = False
) -> Callable[..., Any]:
    """Return a function that returns the Jacobian: the result's structure, in each leaf the arguments'.

    A leaf has shape `result.shape + argument.shape`. Rows come from reverse mode where there are fewer of
    them than columns, else columns from forward mode. `argnums`: a position, several, or `...` for all.
    """
    return Jacobian(function, argnums, precise, parallel)


def hessian(
    function: Callable[..., Any], argnums: Any = 0, *, precise: bool = False, parallel: bool = False
) -> Callable[..., Any]:
    """Return a function that returns the Hessian: the arguments' structure, in each leaf the same again."""
    return Hessian(function, argnums, precise, parallel)


for _maker in (jacobian, hessian):  # a trace may call these: see `Trace.handler`
    vars(_maker)["makes_transforms"] = True


@dataclass(frozen=True, eq=False)
class Matrix(NotInNopython):
    """A function, and in which of its arguments the matrix of derivatives is wanted."""

    __wrapped__: Callable[..., Any]
    argnums: Any
    precise: bool
    parallel: bool

    def _with(self, kwargs: dict[str, Any]) -> Callable[..., Any]:
        return partial(self.__wrapped__, **kwargs) if kwargs else self.__wrapped__

    def _compiled(self, called: Callable[..., Any], kind: str) -> Transformed[..., Any]:
        wanted = self.argnums if self.argnums is ... else as_tuple(self.argnums)
        return transformed(called, Goal(kind, wanted, precise=self.precise, parallel=self.parallel))

    def njit(self, *args: Any, **kwargs: Any) -> Any:
        """Return a flat function for your own Numba code; see `Transformed.njit`."""
        itself: Any = self  # callable, as both kinds of matrices are
        return transformed(itself, value_goal(self.precise, self.parallel)).njit(*args, **kwargs)

    @property
    def is_single(self) -> bool:
        """Whether the matrix is in one argument, and has no tuple for it."""
        return not isinstance(self.argnums, tuple) and self.argnums is not ...


class Jacobian(Matrix):
    """What `jacobian` returns."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the Jacobian at these arguments."""
        called = self._with(kwargs)
        value = transformed(called, value_goal(self.precise, self.parallel))(*args)
        wanted = chosen(args, self.argnums)
        outputs, inputs = leaves_in(value), leaves_in(wanted)
        if _count(outputs) <= _count(inputs):
            blocks = _rows(self._compiled(called, "vjp"), args, value, inputs)
        else:
            blocks = _columns(self._compiled(called, "jvp"), args, outputs, inputs)
        return _nested(value, wanted, blocks, single=self.is_single)

    def call_in_trace(self, trace: Trace, *args: Any, **kwargs: Any) -> Any:
        """Inside a traced function: write the equations of the matrix into the trace."""
        from bpcompiler.nested_matrices import jacobian_in_trace  # noqa: PLC0415 - on first use

        return jacobian_in_trace(trace, self._with(kwargs), args, self.argnums)


class Hessian(Matrix):
    """What `hessian` returns."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the Hessian at these arguments."""
        wanted = chosen(args, self.argnums)
        inputs = leaves_in(wanted)
        compiled = self._compiled(self._with(kwargs), "hvp")
        columns = [
            [_floats(leaves_in(compiled(*args, unit))) for unit in _units(inputs, i)]
            for i in range(len(inputs))
        ]
        floats = _floats(inputs)
        kept = [c for c, leaf in zip(columns, inputs, strict=True) if is_float_leaf(leaf)]
        blocks = _stacked(columns, floats, kept, floats)
        return _nested(wanted[0] if self.is_single else wanted, wanted, blocks, single=self.is_single)

    def call_in_trace(self, trace: Trace, *args: Any, **kwargs: Any) -> Any:
        """Inside a traced function: write the equations of the matrix into the trace."""
        from bpcompiler.nested_matrices import hessian_in_trace  # noqa: PLC0415 - on first use

        return hessian_in_trace(trace, self._with(kwargs), args, self.argnums)


def _floats(leaves: list[Any]) -> list[Any]:
    return [leaf for leaf in leaves if is_float_leaf(leaf)]


def _count(leaves: list[Any]) -> int:
    return sum(int(np.size(leaf)) for leaf in leaves if is_float_leaf(leaf))


def _units(leaves: list[Any], which: int) -> Iterator[tuple[Any, ...]]:
    """Yield the unit vectors of leaf `which`: a direction for each floating leaf."""
    if not is_float_leaf(leaves[which]):
        return
    for element in range(int(np.size(leaves[which]))):
        unit = [np.zeros_like(leaf) if isinstance(leaf, np.ndarray) else type(leaf)(0.0) for leaf in leaves]
        if isinstance(leaves[which], np.ndarray):
            unit[which].flat[element] = 1.0
        else:
            unit[which] = type(leaves[which])(1.0)
        yield tuple(part for part, leaf in zip(unit, leaves, strict=True) if is_float_leaf(leaf))


def _rows(
    compiled: Transformed[..., Any], args: tuple[Any, ...], value: Any, inputs: list[Any]
) -> dict[tuple[int, int], NDArray[Any]]:
    outputs, floats = leaves_in(value), _floats(inputs)
    rows = [
        [_floats(leaves_in(compiled(*args, unit))) for unit in _units(outputs, i)]
        for i in range(len(outputs))
    ]
    wanted = [r for r, leaf in zip(rows, outputs, strict=True) if is_float_leaf(leaf)]
    return _stacked(rows, _floats(outputs), wanted, floats)


def _stacked(
    rows: Any, outer: list[Any], wanted: list[list[list[Any]]], inner: list[Any]
) -> dict[tuple[int, int], NDArray[Any]]:
    """Return the block of each (row leaf, column leaf): the rows of a leaf, stacked."""
    return {
        (i, j): np.array([row[j] for row in wanted[i]], dtype=np.asarray(leaf).dtype).reshape(
            np.shape(leaf) + np.shape(inner[j])
        )
        for i, leaf in enumerate(outer)
        for j in range(len(inner))
    }


def _columns(
    compiled: Transformed[..., Any], args: tuple[Any, ...], outputs: list[Any], inputs: list[Any]
) -> dict[tuple[int, int], NDArray[Any]]:
    outer, inner = _floats(outputs), _floats(inputs)
    columns = [
        [_floats(leaves_in(compiled(*args, unit)[1])) for unit in _units(inputs, i)]
        for i, leaf in enumerate(inputs)
        if is_float_leaf(leaf)
    ]
    return {
        (i, j): np.moveaxis(
            np.array([c[i] for c in columns[j]], dtype=np.asarray(leaf).dtype).reshape(
                (int(np.size(inner[j])), *np.shape(leaf))
            ),
            0,
            -1,
        ).reshape(np.shape(leaf) + np.shape(inner[j]))
        for i, leaf in enumerate(outer)
        for j in range(len(inner))
    }


def _nested(
    value: Any, chosen: tuple[Any, ...], blocks: dict[tuple[int, int], NDArray[Any]], *, single: bool
) -> Any:
    """Arrange the blocks: the value's structure, in each leaf the structure of the arguments."""
    outer = Leaves.of(value, is_argument_leaf, is_float_leaf)
    inner = Leaves.of(chosen[0] if single else chosen, is_argument_leaf, is_float_leaf)
    return arranged(outer, inner, {place: _number(block) for place, block in blocks.items()})


def _number(block: NDArray[Any]) -> Any:
    return block if block.shape else float(block)
