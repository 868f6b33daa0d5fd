"""Nested parameters as one vector of float64: the elements of all floating leaves, in order, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpcompiler.directions import Leaves
from bpcompiler.errors import ArgumentError
from bpcompiler.frontend.leaves import is_argument_leaf, is_float_leaf
from bpcompiler.ir.trees import flatten

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Vectors:
    """Parameters, and for each floating leaf its place in the vector."""

    leaves: Leaves
    places: dict[int, slice]
    size: int

    @classmethod
    def of(cls, params: Any) -> Vectors:
        """Return the places of parameters. Raises ArgumentError where there is nothing to change."""
        leaves, places, size = Leaves.of(params, is_argument_leaf, is_float_leaf), {}, 0
        for i in leaves.floats:
            places[i] = slice(size, size + int(np.size(leaves.values[i])))
            size = places[i].stop
        if not size:
            raise ArgumentError("there are no floats among the parameters", remedy="pass 3.0 for 3")
        return cls(leaves, places, size)

    def vector(self, params: Any) -> Vector:
        """Return the vector of parameters, or of anything of their structure, such as a gradient."""
        found: list[Any] = []
        flatten(params, is_argument_leaf, found)
        vector = np.empty(self.size)
        for i, place in self.places.items():
            vector[place] = np.ravel(found[i])
        return vector

    def params(self, vector: Vector) -> Any:
        """Return the parameters of a vector: new containers and arrays, of the types that were given."""
        return self.leaves.with_floats(dict(zip(self.places, self.parts(vector), strict=True)))

    def parts(self, vector: Vector) -> Iterator[Any]:
        """Yield the floating leaves of a vector."""
        for i, place in self.places.items():
            leaf = self.leaves.values[i]
            if isinstance(leaf, np.ndarray):
                yield vector[place].reshape(leaf.shape).astype(leaf.dtype)
            else:
                yield type(leaf)(vector[place.start])
