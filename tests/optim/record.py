"""Writes trajectories.json: what PyTorch and optax make of the problem. Neither is needed to run the tests.

pip install torch optax; python -m tests.optim.record
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
import torch

from tests.optim.problem import START, STEPS, gradient

OF_TORCH = {
    "sgd(0.01)": lambda w: torch.optim.SGD(w, lr=0.01),
    "momentum(0.01)": lambda w: torch.optim.SGD(w, lr=0.01, momentum=0.9),
    "nesterov(0.01, 0.8)": lambda w: torch.optim.SGD(w, lr=0.01, momentum=0.8, nesterov=True),
    "adagrad(0.1)": lambda w: torch.optim.Adagrad(w, lr=0.1),
    "rmsprop(0.01)": lambda w: torch.optim.RMSprop(w, lr=0.01),
    "adam(0.02)": lambda w: torch.optim.Adam(w, lr=0.02),
    "adam(0.02, 0.8, 0.99, 1e-3)": lambda w: torch.optim.Adam(w, lr=0.02, betas=(0.8, 0.99), eps=1e-3),
    "adamw(0.02)": lambda w: torch.optim.AdamW(w, lr=0.02),
}


def in_double(schedule):
    """optax divides its int32 count in float32."""
    return lambda count: schedule(jnp.asarray(count, jnp.float64))


OF_OPTAX = {
    "sgd(0.01)": optax.sgd(0.01),
    "momentum(0.01)": optax.sgd(0.01, momentum=0.9),
    "nesterov(0.01, 0.8)": optax.sgd(0.01, momentum=0.8, nesterov=True),
    "rmsprop(0.01)": optax.rmsprop(0.01, decay=0.99, eps_in_sqrt=False),
    "adam(0.02)": optax.adam(0.02),
    "adamw(0.02)": optax.adamw(0.02, weight_decay=0.01),
    "sgd(cosine(0.02, 80, 0.002))": optax.sgd(optax.cosine_decay_schedule(0.02, 80, 0.1)),
    "sgd(exponential(0.02, 10, 0.7))": optax.sgd(in_double(optax.exponential_decay(0.02, 10, 0.7))),
    "adam(warm_up(20, cosine(0.05, 60)))": optax.adam(
        in_double(optax.warmup_cosine_decay_schedule(0.0, 0.05, 20, decay_steps=80))
    ),
    "clip_by_norm(1.5, momentum(0.05))": optax.chain(
        optax.clip_by_global_norm(1.5), optax.sgd(0.05, momentum=0.9)
    ),
}


def by_torch(make):
    w = torch.tensor(START, requires_grad=True)
    optimizer = make([w])
    for _ in range(100):
        w.grad = torch.tensor(gradient(w.detach().numpy()))
        optimizer.step()
        yield w.detach().numpy().copy()


def by_optax(optimizer):
    w = jnp.asarray(START)
    state = optimizer.init(w)
    for _ in range(100):
        updates, state = optimizer.update(jnp.asarray(gradient(np.asarray(w))), state, w)
        w = optax.apply_updates(w, updates)
        yield np.asarray(w)


def recorded(trajectory):
    return [list(map(float, w)) for step, w in enumerate(trajectory, 1) if step in STEPS]


def main():
    jax.config.update("jax_enable_x64", val=True)
    found = {
        f"PyTorch {torch.__version__}": {name: recorded(by_torch(make)) for name, make in OF_TORCH.items()},
        f"optax {optax.__version__}": {name: recorded(by_optax(made)) for name, made in OF_OPTAX.items()},
    }
    text = re.sub(r"\s+(?=[-\d\]])(?!\]\n \})", " ", json.dumps(found, indent=1))
    Path(__file__).with_name("trajectories.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
