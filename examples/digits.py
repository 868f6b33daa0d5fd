"""Train a two-layer network on real handwritten digits by a compiled gradient.

    python examples/digits.py

The loss below is plain NumPy. Its gradient is compiled once; the optimiser around it is ordinary Python. The
last minibatch of an epoch is smaller than the others: sizes are symbolic, so nothing compiles again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

import bpcompiler as bp

Array: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]
Parameters: TypeAlias = dict[str, Array]

DATA = Path(__file__).parent / "data" / "digits.npz"
EPOCHS = 60
BATCH = 32


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


class Adam:
    """Adam (Kingma and Ba, 2015, algorithm 1), changing the parameters in place."""

    def __init__(self, params: Parameters, rate: float = 0.002) -> None:
        self.rate = rate
        self.turns = 0
        self.mean = {name: np.zeros_like(value) for name, value in params.items()}
        self.square = {name: np.zeros_like(value) for name, value in params.items()}

    def step(self, params: Parameters, gradient: Parameters) -> None:
        self.turns += 1
        for name, ct in gradient.items():
            self.mean[name] += 0.1 * (ct - self.mean[name])
            self.square[name] += 0.001 * (ct * ct - self.square[name])
            mean = self.mean[name] / (1 - 0.9**self.turns)
            square = self.square[name] / (1 - 0.999**self.turns)
            params[name] -= self.rate * mean / (np.sqrt(square) + 1e-8)


def accuracy(params: Parameters, images: Array, labels: Labels) -> float:
    return float(np.mean(np.argmax(scores(params, images), axis=1) == labels))


def main() -> float:
    """Train, print the gradient's source, and return the accuracy on the held-back third."""
    rng = np.random.default_rng(0)
    images, labels, test_images, test_labels = load(rng)
    params = initial(rng)
    optimiser = Adam(params)
    loss_and_gradient = bp.value_and_grad(loss)

    progress = tqdm(range(EPOCHS), desc="training", unit="epoch")
    for _ in progress:
        order = rng.permutation(len(labels))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            value, gradient = loss_and_gradient(params, images[batch], labels[batch])
            optimiser.step(params, gradient)
        progress.set_postfix(loss=f"{value:.4f}")

    print("\nThe gradient that was compiled:\n")
    print(loss_and_gradient.source)
    reached = accuracy(params, test_images, test_labels)
    print(f"\naccuracy on {len(test_labels)} digits that were held back: {reached:.1%}")
    return reached


if __name__ == "__main__":
    if main() < 0.95:
        raise SystemExit("the network learned less than it should: below 95 %")
