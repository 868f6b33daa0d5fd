"""Train a two-layer network on real handwritten digits: the whole training is one compiled loop.

    python examples/digits.py

The loss below is plain NumPy. Minibatches, noise, the gradient and Adam's steps around it are one function of
machine code, which allocates nothing in a step. Where PyTorch is installed, the same network is trained in it
too, and the steps a second are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

import bpcompiler as bp

Array: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]
Parameters: TypeAlias = dict[str, Array]

DATA = Path(__file__).parent / "data" / "digits.npz"
STEPS, BATCH = 6_000, 16
RATE = 0.01  # at first; it falls to 0
NOISE = 0.2  # added to the pixels, which are from 0 to 1: what is learned does not depend on single ones


def scores(params: Parameters, images: Array) -> Array:
    """Return the network's scores: (n,64) -> (n,10)."""
    hidden = np.maximum(images @ params["W1"] + params["b1"], 0.0)
    return hidden @ params["W2"] + params["b2"]


def loss(params: Parameters, images: Array, labels: Labels) -> float:
    """Return the mean softmax cross-entropy of a batch."""
    logits = scores(params, images)
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(shifted), axis=1))
    return np.mean(log_total - shifted[np.arange(labels.shape[0]), labels])


@bp.jit
def train(
    params: Parameters, images: Array, labels: Labels, steps: int, seed: int
) -> tuple[Parameters, float]:
    """Return the parameters after some steps of Adam, and the last batch's loss."""
    optimizer = bp.optim.adam(bp.optim.cosine(RATE, steps))
    state = optimizer.init(params)
    value = 0.0
    for step in range(steps):
        key = (seed, step)
        batch = bp.random.choice(key, len(images), BATCH)
        noise = bp.random.normal(key, scale=NOISE, size=(BATCH, images.shape[1]))
        value, gradient = bp.value_and_grad(loss)(params, images[batch] + noise, labels[batch])
        params, state = optimizer.update(params, gradient, state)
    return params, value


def load(rng: np.random.Generator) -> tuple[Array, Labels, Array, Labels]:
    """Return training images and labels, then those of a held-back third, in random order."""
    with np.load(DATA) as data:
        images = data["images"].reshape(-1, 64) / 16.0
        labels = data["labels"].astype(np.int64)
    order = rng.permutation(len(labels))
    held_back, training = np.split(order, [len(order) // 3])
    return images[training], labels[training], images[held_back], labels[held_back]


def initial(rng: np.random.Generator) -> Parameters:
    """Return He's initial weights of a 64-32-10 network."""
    return {
        "W1": rng.normal(size=(64, 32)) * np.sqrt(2 / 64),
        "b1": np.zeros(32),
        "W2": rng.normal(size=(32, 10)) * np.sqrt(2 / 32),
        "b2": np.zeros(10),
    }


def accuracy(params: Parameters, images: Array, labels: Labels) -> float:
    return float(np.mean(np.argmax(scores(params, images), axis=1) == labels))


def rate(run: Callable[[int], object], steps: int) -> float:
    """Return the steps a second of a training, the quickest of three."""
    times = []
    for _ in range(3):
        started = perf_counter()
        run(steps)
        times.append(perf_counter() - started)
    return steps / min(times)


def pytorch(images: Array, labels: Labels) -> Callable[[int], None]:
    """Return the same training in PyTorch, one operation after the other, on one thread."""
    import torch  # noqa: PLC0415  (not needed for the rest)

    torch.set_num_threads(1)
    layers = torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10)
    network = torch.nn.Sequential(*layers).double()
    cross_entropy = torch.nn.CrossEntropyLoss()
    inputs, targets = torch.from_numpy(images), torch.from_numpy(labels)

    def run(steps: int) -> None:
        optimizer = torch.optim.Adam(network.parameters(), RATE, fused=True)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        for _ in range(steps):
            batch = torch.randint(len(inputs), (BATCH,))
            noise = NOISE * torch.randn(BATCH, 64, dtype=torch.float64)
            optimizer.zero_grad()
            cross_entropy(network(inputs[batch] + noise), targets[batch]).backward()
            optimizer.step()
            schedule.step()

    return run


def main(steps: int = STEPS) -> float:
    """Train, print the loop's source, and return the accuracy on the held-back third."""
    rng = np.random.default_rng(0)
    images, labels, test_images, test_labels = load(rng)
    params = initial(rng)
    trained, value = train(params, images, labels, steps, 0)
    print("The loop that was compiled:\n")
    print(train.source)
    ours = rate(lambda count: train(params, images, labels, count, 0), steps)
    print(f"\n{steps:,} steps, {ours:,.0f} a second; the last batch's loss: {value:.4f}")
    if find_spec("torch") is not None:
        theirs = rate(pytorch(images, labels), 1_000)
        print(f"eager PyTorch on one thread: {theirs:,.0f} a second; here {ours / theirs:.0f} times as many")
    reached = accuracy(trained, test_images, test_labels)
    print(f"accuracy on {len(test_labels)} digits that were held back: {reached:.1%}")
    return reached


if __name__ == "__main__":
    if main() < 0.97:
        raise SystemExit("the network learned less than it should: below 97 %")
