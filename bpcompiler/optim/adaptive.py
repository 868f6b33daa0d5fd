"""Steps that are divided by the size of the gradients so far, leaf by leaf and element by element."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from bpcompiler.frontend.markers import root
from bpcompiler.optim.leaves import Rate, rate_at, stepped, zeros_like


class AdagradState(NamedTuple):
    """The number of steps taken, and the sum of the squares of the gradients."""

    count: int  # type: ignore[assignment]  # no tuple method: nobody counts items here
    total: Any


class RmspropState(NamedTuple):
    """The number of steps taken, and the decaying mean of the squares of the gradients."""

    count: int  # type: ignore[assignment]  # no tuple method: nobody counts items here
    v: Any


class AdamState(NamedTuple):
    """The number of steps taken, and the decaying means of the gradients and of their squares."""

    count: int  # type: ignore[assignment]  # no tuple method: nobody counts items here
    m: Any
    v: Any


@dataclass(frozen=True)
class adagrad:
    """Adagrad (Duchi, Hazan and Singer, 2011): steps shrink with the sum of the squared gradients."""

    learning_rate: Rate
    epsilon: float = 1e-10

    def init(self, params: Any) -> AdagradState:
        """Return the state before the first step."""
        return AdagradState(0, zeros_like(params))

    def update(self, params: Any, grads: Any, state: AdagradState) -> tuple[Any, AdagradState]:
        """Return the parameters and the state after a step."""
        rate, epsilon = rate_at(self.learning_rate, state.count), float(self.epsilon)

        def step(param: Any, grad: Any, total: Any) -> tuple[Any, Any]:
            total = total + grad**2
            param = param - rate * grad / (root(total) + epsilon)
            return param, total

        params, total = stepped(step, params, grads, state.total)
        return params, AdagradState(state.count + 1, total)


@dataclass(frozen=True)
class rmsprop:
    """RMSprop (Tieleman and Hinton, 2012): steps divided by a decaying mean size of the gradients."""

    learning_rate: Rate
    decay: float = 0.99
    epsilon: float = 1e-8

    def init(self, params: Any) -> RmspropState:
        """Return the state before the first step."""
        return RmspropState(0, zeros_like(params))

    def update(self, params: Any, grads: Any, state: RmspropState) -> tuple[Any, RmspropState]:
        """Return the parameters and the state after a step."""
        rate, decay = rate_at(self.learning_rate, state.count), float(self.decay)
        epsilon = float(self.epsilon)

        def step(param: Any, grad: Any, v: Any) -> tuple[Any, Any]:
            v = decay * v + (1 - decay) * grad**2
            param = param - rate * grad / (root(v) + epsilon)
            return param, v

        params, v = stepped(step, params, grads, state.v)
        return params, RmspropState(state.count + 1, v)


@dataclass(frozen=True)
class adam:
    """Adam (Kingma and Ba, 2015): the mean gradient over its mean size, as if both had not begun at 0."""

    learning_rate: Rate
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def init(self, params: Any) -> AdamState:
        """Return the state before the first step."""
        return AdamState(0, zeros_like(params), zeros_like(params))

    def update(self, params: Any, grads: Any, state: AdamState) -> tuple[Any, AdamState]:
        """Return the parameters and the state after a step."""
        beta1, beta2, count = float(self.beta1), float(self.beta2), state.count + 1
        # With scale = sqrt(1 - beta2**count) both corrections are those of two numbers, not of all elements.
        scale = math.sqrt(1 - beta2**count)
        step_size = rate_at(self.learning_rate, state.count) * scale / (1 - beta1**count)
        epsilon = float(self.epsilon)

        def step(param: Any, grad: Any, m: Any, v: Any) -> tuple[Any, Any, Any]:
            m = beta1 * m + (1 - beta1) * grad
            v = beta2 * v + (1 - beta2) * grad**2
            param = param - step_size * m / (root(v) + scale * epsilon)
            return param, m, v

        params, m, v = stepped(step, params, grads, state.m, state.v)
        return params, AdamState(count, m, v)


@dataclass(frozen=True)
class adamw(adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2019): parameters shrink apart from it."""

    weight_decay: float = 0.01

    def update(self, params: Any, grads: Any, state: AdamState) -> tuple[Any, AdamState]:
        """Return the parameters and the state after a step."""
        kept = 1 - rate_at(self.learning_rate, state.count) * float(self.weight_decay)

        def shrink(param: Any, grad: Any) -> tuple[Any]:
            param = kept * param
            return (param,)

        (params,) = stepped(shrink, params, grads)
        return super().update(params, grads, state)
