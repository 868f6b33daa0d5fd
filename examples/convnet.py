"""Train a convolutional network whose convolution and pooling are loops, on real handwritten digits.

    python examples/convnet.py

Nothing here is written for a compiler: the layers are the loops of their definitions. Their gradient is loops
again, which remember where each block had its largest response.
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
EPOCHS = 50
BATCH = 32
FILTERS = 16
NOISE, DECAY = 0.1, 1e-3  # against learning the training images by heart


def convolution(image: Array, kernels: Array, bias: Array) -> Array:
    """Return the rectified responses of all kernels: (h,w), (k,a,b) -> (k,h-a+1,w-b+1)."""
    count, a, b = kernels.shape
    out = np.empty((count, image.shape[0] - a + 1, image.shape[1] - b + 1))
    for k in range(count):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                total = bias[k]
                for di in range(a):
                    for dj in range(b):
                        total += kernels[k, di, dj] * image[i + di, j + dj]
                out[k, i, j] = max(total, 0.0)
    return out


def max_pooling(maps: Array) -> Array:
    """Return the largest of each 2 x 2 block: (k,h,w) -> (k,h//2,w//2)."""
    out = np.empty((maps.shape[0], maps.shape[1] // 2, maps.shape[2] // 2))
    for k in range(out.shape[0]):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                best = maps[k, 2 * i, 2 * j]
                for di in range(2):
                    for dj in range(2):
                        best = max(best, maps[k, 2 * i + di, 2 * j + dj])
                out[k, i, j] = best
    return out


def scores(params: Parameters, image: Array) -> Array:
    """Return the ten scores of one image: (8,8) -> (10,)."""
    maps = convolution(image, params["kernels"], params["bias"])
    return params["W"] @ max_pooling(maps).reshape(-1) + params["b"]


def loss(params: Parameters, images: Array, labels: Labels) -> float:
    """Return the mean softmax cross-entropy of a batch."""
    total = 0.0
    for image, label in zip(images, labels):  # noqa: B905 - as NumPy's users write it
        logits = scores(params, image)
        top = np.max(logits)
        total += top + np.log(np.sum(np.exp(logits - top))) - logits[label]
    return total / len(images)


def load(rng: np.random.Generator) -> tuple[Array, Labels, Array, Labels]:
    """Return training images and labels, then those of a held-back third, in random order."""
    with np.load(DATA) as data:
        images, labels = data["images"] / 16.0, data["labels"].astype(np.int64)
    order = rng.permutation(len(labels))
    held_back, training = np.split(order, [len(order) // 3])
    return images[training], labels[training], images[held_back], labels[held_back]


def initial(rng: np.random.Generator) -> Parameters:
    """Return He's initial weights: 3 x 3 kernels, and a layer from their pooled responses to the scores."""
    pooled = FILTERS * 3 * 3
    return {
        "kernels": rng.normal(size=(FILTERS, 3, 3)) * np.sqrt(2 / 9),
        "bias": np.zeros(FILTERS),
        "W": rng.normal(size=(10, pooled)) * np.sqrt(2 / pooled),
        "b": np.zeros(10),
    }


def accuracy(params: Parameters, images: Array, labels: Labels) -> float:
    """Return the share of images whose largest score is their label's, by the compiled network."""
    network = bp.jit(scores)
    return float(
        np.mean(
            [np.argmax(network(params, image)) == label for image, label in zip(images, labels, strict=True)]
        )
    )


def main() -> float:
    """Train by stochastic gradients with momentum and return the accuracy on the held-back third."""
    rng = np.random.default_rng(0)
    images, labels, test_images, test_labels = load(rng)
    params = initial(rng)
    velocity = {name: np.zeros_like(value) for name, value in params.items()}
    loss_and_gradient = bp.value_and_grad(loss)

    progress = tqdm(range(EPOCHS), desc="training", unit="epoch")
    for epoch in progress:
        rate = 0.1 * (1.0 - epoch / EPOCHS)
        order = rng.permutation(len(labels))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            noisy = images[batch] + NOISE * rng.normal(size=images[batch].shape)
            value, gradient = loss_and_gradient(params, noisy, labels[batch])
            for name, ct in gradient.items():
                velocity[name] = 0.9 * velocity[name] - rate * (ct + DECAY * params[name])
                params[name] += velocity[name]
        progress.set_postfix(loss=f"{value:.4f}")

    reached = accuracy(params, test_images, test_labels)
    print(f"\naccuracy on {len(test_labels)} digits that were held back: {reached:.1%}")
    return reached


if __name__ == "__main__":
    if main() < 0.97:
        raise SystemExit("the network learned less than it should: below 97 %")
