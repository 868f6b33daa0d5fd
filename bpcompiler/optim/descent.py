"""Steps along the gradient: plain, with momentum, with Nesterov's momentum. As in PyTorch's `SGD`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from bpcompiler.optim.leaves import Rate, rate_at, stepped, zeros_like


class SgdState(NamedTuple):
    """The number of steps taken."""

    count: int  # type: ignore[assignment]  # no tuple method: nobody counts items here


class MomentumState(NamedTuple):
    """The number of steps taken, and the decaying sum of the gradients."""

    count: int  # type: ignore[assignment]  # no tuple method: nobody counts items here
    velocity: Any


@dataclass(frozen=True)
class sgd:
    """Gradient descent: `param - rate * grad`."""

    learning_rate: Rate

    def init(self, params: Any) -> SgdState:
        """Return the state before the first step."""
        return SgdState(0)

    def update(self, params: Any, grads: Any, state: SgdState) -> tuple[Any, SgdState]:
        """Return the parameters and the state after a step."""
        rate = rate_at(self.learning_rate, state.count)

        def step(param: Any, grad: Any) -> tuple[Any]:
            param = param - rate * grad
            return (param,)

        (params,) = stepped(step, params, grads)
        return params, SgdState(state.count + 1)


@dataclass(frozen=True)
class momentum:
    """Gradient descent with Polyak's momentum: steps along a decaying sum of the gradients."""

    learning_rate: Rate
    decay: float = 0.9

    def init(self, params: Any) -> MomentumState:
        """Return the state before the first step."""
        return MomentumState(0, zeros_like(params))

    def update(self, params: Any, grads: Any, state: MomentumState) -> tuple[Any, MomentumState]:
        """Return the parameters and the state after a step."""
        rate, decay = rate_at(self.learning_rate, state.count), float(self.decay)

        def step(param: Any, grad: Any, velocity: Any) -> tuple[Any, Any]:
            velocity = decay * velocity + grad
            param = param - rate * velocity
            return param, velocity

        params, velocity = stepped(step, params, grads, state.velocity)
        return params, MomentumState(state.count + 1, velocity)


@dataclass(frozen=True)
class nesterov(momentum):
    """Gradient descent with Nesterov's momentum: along what the sum will be if the gradient stays."""

    def update(self, params: Any, grads: Any, state: MomentumState) -> tuple[Any, MomentumState]:
        """Return the parameters and the state after a step."""
        rate, decay = rate_at(self.learning_rate, state.count), float(self.decay)

        def step(param: Any, grad: Any, velocity: Any) -> tuple[Any, Any]:
            velocity = decay * velocity + grad
            param = param - rate * (grad + decay * velocity)
            return param, velocity

        params, velocity = stepped(step, params, grads, state.velocity)
        return params, MomentumState(state.count + 1, velocity)
