"""A user's function as programs: traced, differentiated, evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpcompiler.frontend.paths import resolve
from bpcompiler.frontend.tracing import Tracing, is_argument_leaf, trace
from bpcompiler.ir.program import Program
from bpcompiler.ir.trees import flatten
from bpcompiler.ir.verify import verify
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.transforms.forward import forward
from bpcompiler.transforms.reverse import reverse


@dataclass(frozen=True, slots=True)
class Traced:
    """A tracing with the flat arguments of its call; `wrt` are the leaves to differentiate in."""

    tracing: Tracing
    arguments: list[Any]
    wrt: list[int]

    @property
    def program(self) -> Program:
        return self.tracing.program

    def gradient(self) -> Any:
        """Return the flat gradient of output 0 by reverse mode."""
        return flat(evaluate(verify(reverse(self.program, self.wrt), "reverse"), self.arguments))

    def by_forward(self) -> Any:
        """Return the flat gradient, one tangent at a time."""
        pushed = verify(forward(self.program, self.wrt), "forward")
        outputs = len(self.program.outputs)
        return np.array([float(evaluate(pushed, [*self.arguments, *v])[outputs]) for v in self.directions()])

    def directions(self) -> Any:
        """Yield the unit tangents of all arguments together."""
        chosen = [np.asarray(self.arguments[i]) for i in self.wrt]
        total = sum(each.size for each in chosen)
        for place in range(total):
            unit, start, tangents = np.eye(1, total, place)[0], 0, []
            for i, each in zip(self.wrt, chosen, strict=True):
                part = unit[start : start + each.size].reshape(each.shape).astype(each.dtype)
                tangents.append(part if isinstance(self.arguments[i], np.ndarray) else part.item())
                start += each.size
            yield tangents

    def hessian(self, mode: Any) -> Any:
        """Return the matrix of second derivatives: `mode` differentiates the gradient's program."""
        gradient = verify(reverse(self.program, self.wrt), "reverse")
        if mode is forward:
            pushed = verify(forward(gradient, self.wrt), "forward over reverse")
            count = len(gradient.outputs)
            rows = [flat(evaluate(pushed, [*self.arguments, *v])[count:]) for v in self.directions()]
        else:
            twice = verify(reverse(gradient, self.wrt, output=None), "reverse over reverse")
            rows = [flat(evaluate(twice, [*self.arguments, *v])) for v in self.directions()]
        return np.array(rows).reshape(len(rows), len(rows))


def flat(values: Any) -> Any:
    return np.concatenate([np.zeros(0), *(np.ravel(np.asarray(value, np.float64)) for value in values)])


def traced(function: Any, args: Any, kwargs: Any, argnums: Any) -> Traced:
    """Trace a call; numbers and arrays from outside are read where the recorded paths say."""
    tracing = trace(function, tuple(args), dict(kwargs))
    verify(tracing.program, "tracing")
    leaves: list[Any] = []
    flatten((tuple(args), dict(kwargs)), is_argument_leaf, leaves)
    hidden = [resolve(function, path, args) for path in tracing.hidden]
    return Traced(tracing, [*leaves, *hidden], chosen_leaves(args, argnums))


def chosen_leaves(args: Any, argnums: Any) -> list[int]:
    """Return the numbers of the float leaves of the arguments to differentiate in."""
    wanted = (argnums,) if isinstance(argnums, int) else argnums
    found, count = [], 0
    for position, argument in enumerate(args):
        leaves: list[Any] = []
        flatten(argument, is_argument_leaf, leaves)
        if position in wanted:
            found += [count + i for i, leaf in enumerate(leaves) if np.asarray(leaf).dtype.kind == "f"]
        count += len(leaves)
    return found
