"""The training loops in JAX, in the obvious form and in others, and in PyTorch.

Minibatches are given to them: `batches` has the indices of each step in a row.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from tests.benchmarks import functions
from tests.benchmarks.harness import optional
from tests.benchmarks.training.hand import BETA1, BETA2, EPSILON, RATE
from tests.benchmarks.workloads import eager, jax_forms
from tests.benchmarks.workloads.eager import with_modules


def descend():
    jax = optional("jax")
    gradient = jax.value_and_grad(with_modules(functions.f, math=jax.numpy), argnums=(0, 1))

    def run(x, y, rate, steps, unroll=1):
        def step(_, state):
            x, y, _ = state
            value, (dx, dy) = gradient(x, y)
            return x - rate * dx, y - rate * dy, value

        return jax.lax.fori_loop(0, steps, step, (x, y, 0.0), unroll=unroll)

    by_hand = {f"{name}, gradient by hand": form for name, form in jax_forms.descend().items()}
    return {"fori_loop": run, "fori_loop, 4 steps a turn": partial(run, unroll=4)} | by_hand


def train_two_layers():
    jax = optional("jax")

    def run(params, X, y, rate, steps, loss, unroll=1):
        gradient = jax.value_and_grad(lambda params: loss(*params, X, y))

        def step(_, state):
            value, grads = gradient(state[0])
            return tuple(p - rate * g for p, g in zip(state[0], grads, strict=True)), value

        return jax.lax.fori_loop(0, steps, step, (params, 0.0), unroll=unroll)

    forms = jax_forms.two_layers()
    made = {f"fori_loop, {name}": partial(run, loss=loss) for name, loss in forms.items()}
    return made | {"fori_loop, 4 steps a turn": partial(run, loss=forms["as it stands"], unroll=4)}


def train_network():
    jax = optional("jax")
    jnp = jax.numpy

    def run(params, images, labels, batches, loss):
        def step(state, batch):
            params, ms, vs, t = state
            value, grads = jax.value_and_grad(lambda ps: loss(*ps, images[batch], labels[batch]))(params)
            scale = jnp.sqrt(1.0 - BETA2**t)
            rate, small = (x.astype(images.dtype) for x in (RATE * scale / (1.0 - BETA1**t), scale * EPSILON))
            ms = [BETA1 * m + (1.0 - BETA1) * g for m, g in zip(ms, grads, strict=True)]
            vs = [BETA2 * v + (1.0 - BETA2) * g * g for v, g in zip(vs, grads, strict=True)]
            moved = zip(params, ms, vs, strict=True)
            params = [p - rate * m / (jnp.sqrt(v) + small) for p, m, v in moved]
            return (params, ms, vs, t + 1.0), value

        zeros = [jnp.zeros_like(p) for p in params]
        state, values = jax.lax.scan(step, (list(params), zeros, zeros, 1.0), batches)
        return state[0], values[-1]

    forms = jax_forms.network()
    return {f"scan, {name}": partial(run, loss=with_dtype(loss)) for name, loss in forms.items()}


def with_dtype(loss):
    """Return the loss with weights and images of one dtype; some forms have float32 labels."""
    return lambda *args: loss(*args).astype(args[0].dtype)


def descend_in_torch(x, y, rate, steps):
    torch = optional("torch")
    f = with_modules(functions.f, math=torch)
    x, y = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (x, y))
    for _ in range(steps):
        value = f(x, y)
        dx, dy = torch.autograd.grad(value, (x, y))
        with torch.no_grad():
            x -= rate * dx
            y -= rate * dy
    return x.detach(), y.detach(), value.detach()


def train_two_layers_in_torch(params, X, y, rate, steps):
    torch = optional("torch")
    params = [torch.tensor(p, requires_grad=True) for p in params]
    X, y = torch.tensor(X), torch.tensor(y)
    opt = torch.optim.SGD(params, lr=rate, fused=True)
    for _ in range(steps):
        opt.zero_grad()
        loss = eager.two_layers(torch, *params, X, y)
        loss.backward()
        opt.step()
    return [p.detach() for p in params], loss.detach()


def train_network_in_torch(params, images, labels, batches):
    torch = optional("torch")
    params = [torch.tensor(p, requires_grad=True) for p in params]
    images, labels, batches = (torch.from_numpy(np.asarray(a)) for a in (images, labels, batches))
    opt = torch.optim.Adam(params, lr=RATE, betas=(BETA1, BETA2), eps=EPSILON, fused=True)
    for batch in batches:
        opt.zero_grad()
        loss = eager.network(torch, *params, images[batch], labels[batch])
        loss.backward()
        opt.step()
    return [p.detach() for p in params], loss.detach()
