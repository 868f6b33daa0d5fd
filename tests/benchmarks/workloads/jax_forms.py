"""The workloads in JAX: the obvious form first, then every form that may be better."""

from __future__ import annotations

from functools import partial

from tests.benchmarks import functions as calls
from tests.benchmarks import loops_jax
from tests.benchmarks.harness import optional
from tests.benchmarks.workloads import functions
from tests.benchmarks.workloads.eager import with_modules


def modules():
    return optional("jax"), optional("jax.numpy")


def spine():
    return {"as it stands": with_modules(calls.f, math=modules()[1])}


def descend():
    jax, np = modules()
    one_step = with_modules(functions.descend, math=np)

    def one(state, rate):
        return one_step(state[0], state[1], rate, 1)

    def loop(x, y, rate, steps):
        return jax.lax.fori_loop(0, steps, lambda _, state: one(state, rate), (x, y, 0.0))

    def unrolled(x, y, rate, steps, unroll):
        return jax.lax.fori_loop(0, steps, lambda _, state: one(state, rate), (x, y, 0.0), unroll=unroll)

    def both_at_once(x, y, rate, steps):
        """The two sigmoids as one array."""

        def step(_, state):
            z, _ = state
            sig = 1.0 / (1.0 + np.exp(-z))
            xpy = z[0] + z[1]
            invden = 1.0 / (sig[0] + xpy**2)
            value = (z[0] + sig[1]) * invden
            dden = -value * invden
            bends = sig * (1.0 - sig) * np.stack([dden, invden]) + np.stack([invden, 0.0])
            return z - rate * (bends + 2.0 * xpy * dden), value

        (x, y), value = jax.lax.fori_loop(0, steps, step, (np.stack([x, y]), 0.0))
        return x, y, value

    return {
        "fori_loop": loop,
        "fori_loop, 4 steps a turn": partial(unrolled, unroll=4),
        "fori_loop of an array of two": both_at_once,
    }


def elementwise():
    return {"as it stands": with_modules(functions.elementwise, np=modules()[1])}


def two_layers():
    jax, np = modules()

    def of_one(w1, b1, w2, b2, x, y):
        return (jax.nn.relu(x @ w1 + b1) @ w2 + b2 - y) ** 2

    def mapped(w1, b1, w2, b2, X, y):
        return np.mean(jax.vmap(of_one, (None, None, None, None, 0, 0))(w1, b1, w2, b2, X, y))

    return {"as it stands": with_modules(functions.two_layers, np=np), "vmap of an example": mapped}


def network():
    jax, np = modules()

    def with_one_hot(w1, b1, w2, b2, w3, b3, images, labels):
        hidden = jax.nn.relu(jax.nn.relu(images @ w1 + b1) @ w2 + b2)
        scores = jax.nn.log_softmax(hidden @ w3 + b3)
        return -np.mean(np.sum(jax.nn.one_hot(labels, 10, dtype=np.float32) * scores, axis=1))

    return {"as it stands": with_modules(calls.network, np=np), "log_softmax and one_hot": with_one_hot}


def mixture():
    jax, np = modules()
    return {
        "as it stands": with_modules(functions.mixture_of_arrays, np=np),
        "einsum": loops_jax.mixture_of_arrays,
        "one matrix product": loops_jax.mixture_by_one_product,
    }


def of_loops(name):
    """Return the forms of a workload of `loops_jax`, under the names they have here."""
    return {label.removeprefix("JAX, "): form for label, form in loops_jax.contenders(name).items()}


def gaussian_process():
    jax, np = modules()
    solve = jax.scipy.linalg.solve_triangular

    def by_a_product(log_lengthscales, log_amplitude, log_noise, X, y):
        """Distances by one matrix product, and a product with the factor's inverse for nothing."""
        scaled = X / np.exp(log_lengthscales)
        squares = np.sum(scaled**2, axis=1)
        distances = squares[:, None] + squares - 2.0 * scaled @ scaled.T
        K = np.exp(2.0 * log_amplitude - 0.5 * distances) + np.exp(2.0 * log_noise) * np.eye(len(y))
        L = np.linalg.cholesky(K, symmetrize_input=False)
        z = solve(L, y, lower=True)
        return -0.5 * z @ z - np.sum(np.log(np.diag(L))) - 0.5 * len(y) * np.log(2.0 * np.pi)

    as_it_stands = with_modules(functions.gaussian_process, np=np, solve_triangular=solve)
    return {"as it stands": as_it_stands, "distances by a product": by_a_product} | by_the_inverse()


def by_the_inverse():
    """The gradient of the likelihood in K derived by hand: the inverse is all it needs."""
    jax, np = modules()

    @jax.custom_vjp
    def likelihood(K, y):
        return forward(K, y)[0]

    def forward(K, y):
        L = np.linalg.cholesky(K, symmetrize_input=False)
        solved = jax.scipy.linalg.cho_solve((L, True), y)
        value = -0.5 * y @ solved - np.sum(np.log(np.diag(L))) - 0.5 * len(y) * np.log(2.0 * np.pi)
        return value, (L, solved)

    def backward(kept, ct):
        L, solved = kept
        inverse = jax.scipy.linalg.cho_solve((L, True), np.eye(len(solved)))
        return 0.5 * ct * (np.outer(solved, solved) - inverse), -ct * solved

    likelihood.defvjp(forward, backward)

    def by_hand(log_lengthscales, log_amplitude, log_noise, X, y):
        scaled = X / np.exp(log_lengthscales)
        distances = np.sum((scaled[:, None, :] - scaled) ** 2, axis=2)
        K = np.exp(2.0 * log_amplitude - 0.5 * distances)
        return likelihood(K + np.exp(2.0 * log_noise) * np.eye(len(y)), y)

    return {"the factor's gradient by hand": by_hand}


def lstm():
    jax, np = modules()
    plain = lambda step: step

    def cell(gates, c):
        size = c.shape[1]
        squashed = jax.nn.sigmoid(gates[:, : 3 * size])
        enter, forget, show = squashed[:, :size], squashed[:, size : 2 * size], squashed[:, 2 * size :]
        c = forget * c + enter * np.tanh(gates[:, 3 * size :])
        return show * np.tanh(c), c

    def scanned(wx, wh, b, inputs, targets):
        def step(state, x):
            h, c = cell(x @ wx + state[0] @ wh + b, state[1])
            return (h, c), h

        start = np.zeros(targets.shape[1:])
        _, hidden = jax.lax.scan(step, (start, start), inputs)
        return np.mean((hidden - targets) ** 2)

    def product_first(wx, wh, b, inputs, targets, wrap, unroll):
        def step(state, product):
            h, c = cell(product + state[0] @ wh, state[1])
            return (h, c), h

        start = np.zeros(targets.shape[1:])
        _, hidden = jax.lax.scan(wrap(step), (start, start), inputs @ wx + b, unroll=unroll)
        return np.mean((hidden - targets) ** 2)

    return {
        "`lax.scan`": scanned,
        "inputs' product first": partial(product_first, wrap=plain, unroll=1),
        "inputs' product first, 4 steps a turn": partial(product_first, wrap=plain, unroll=4),
        "inputs' product first, `jax.checkpoint`": partial(product_first, wrap=jax.checkpoint, unroll=1),
    }
