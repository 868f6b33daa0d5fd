"""Functions that the API's tests transform: in a module, so that they can be imported and pickled."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

import bpcompiler as bp


def notes(x: float, y: float) -> float:
    sigy = 1.0 / (1 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + math.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    f = num * invden
    return f


NOTES_VALUE = 1.5456448841066441
NOTES_GRADIENT = (2.0595697955721652, 1.5922327514838093)  # by hand, in the notes


@bp.grad(argnums=(0, 1))
def decorated(x: float, y: float) -> float:
    """A product."""
    return x * y * y


def weighted(params: dict[str, Any], x: Any) -> Any:
    return np.sum((x @ params["w"] + params["b"]) ** 2)


def with_aux(x: Any) -> Any:
    y = x * x
    return np.sum(y), {"squares": y, "name": "aux", "count": len(x)}


class Pair(NamedTuple):
    a: float
    b: Any


@dataclass
class Layer:
    w: Any
    b: float
    name: str = "layer"


def of_containers(pair: Pair, layers: list[Layer], scale: int) -> Any:
    total = pair.a * np.sum(pair.b)
    for layer in layers:
        total = total + scale * layer.b * np.sum(layer.w**2)
    return total


class Model:
    """A model whose gradient is a method's."""

    def __init__(self, rate: float) -> None:
        self.rate = rate

    @bp.value_and_grad(argnums=("w", 1))
    def loss(self, w: Any, x: Any) -> Any:
        return self.rate * np.sum((w * x) ** 2)

    def plain(self, x: float) -> float:
        return self.rate * x**3
