"""Learn to write digits: a conditional variational autoencoder, its training one compiled loop.

    python examples/vae.py

An encoder says of an image, given which digit it is, where in a space of six dimensions its style may be: a
mean and a deviation for each. A decoder draws the digit in that style. Both learn together to bring images
back through a style drawn at random (Kingma and Welling, "Auto-Encoding Variational Bayes", 2014): the draw
is `mean + deviation * noise`, so the gradient goes through it. Styles drawn from a normal distribution then
give digits that nobody wrote.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TypeAlias

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

import bpcompiler as bp

Array: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]
Parameters: TypeAlias = dict[str, Array]

HERE = Path(__file__).parent
DATA = HERE / "data" / "digits.npz"
STEPS, BATCH = 20_000, 32
RATE = 0.003  # at first; it falls to 0
HIDDEN, STYLES = 64, 6
DEVIATION = 0.2  # of pixels, which are from 0 to 1, from what is drawn


def encode(p: Parameters, images: Array, labels: Labels) -> tuple[Array, Array]:
    """Return the mean of each image's style, and the logarithm of its deviation: (n,64) -> (n,6), (n,6)."""
    hidden = np.maximum(images @ p["W1"] + p["b1"][labels], 0.0)
    style = hidden @ p["W2"] + p["b2"]
    return style[:, :STYLES], style[:, STYLES:]


def decode(p: Parameters, styles: Array, labels: Labels) -> Array:
    """Return the images of digits in these styles: (n,6) -> (n,64)."""
    hidden = np.maximum(styles @ p["V1"] + p["c1"][labels], 0.0)
    return 1.0 / (1.0 + np.exp(-(hidden @ p["V2"] + p["c2"])))


def loss(p: Parameters, images: Array, labels: Labels, noise: Array) -> float:
    """Return the mean of the negative evidence lower bound, but for a constant."""
    mean, log_deviation = encode(p, images, labels)
    drawn = decode(p, mean + np.exp(log_deviation) * noise, labels)
    misfit = 0.5 * np.sum(((images - drawn) / DEVIATION) ** 2)
    divergence = 0.5 * np.sum(mean**2 + np.exp(2.0 * log_deviation) - 1.0 - 2.0 * log_deviation)
    return (misfit + divergence) / len(images)


@bp.jit
def train(p: Parameters, images: Array, labels: Labels, steps: int, seed: int) -> tuple[Parameters, Array]:
    """Return the parameters after some steps of Adam, and the loss at each."""
    optimizer = bp.optim.adam(bp.optim.cosine(RATE, steps))
    state = optimizer.init(p)
    losses = np.empty(steps)
    for step in range(steps):
        batch = bp.random.choice((seed, step), len(images), BATCH)
        noise = bp.random.normal((seed, step), size=(BATCH, STYLES))
        losses[step], gradient = bp.value_and_grad(loss)(p, images[batch], labels[batch], noise)
        p, state = optimizer.update(p, gradient, state)
    return p, losses


def load(rng: np.random.Generator) -> tuple[Array, Labels, Array, Labels]:
    """Return training images and labels, then those of a held-back third, in random order."""
    with np.load(DATA) as data:
        images = data["images"].reshape(-1, 64) / 16.0
        labels = data["labels"].astype(np.int64)
    order = rng.permutation(len(labels))
    held_back, training = np.split(order, [len(order) // 3])
    return images[training], labels[training], images[held_back], labels[held_back]


def initial(rng: np.random.Generator) -> Parameters:
    """Return weights of 64-64-6 and 6-64-64 networks, in whose hidden layers each digit has its own bias."""

    def weights(inputs: int, outputs: int) -> Array:
        return rng.normal(size=(inputs, outputs)) / np.sqrt(inputs)

    return {
        "W1": weights(64, HIDDEN),
        "b1": np.zeros((10, HIDDEN)),
        "W2": 0.2 * weights(HIDDEN, 2 * STYLES),
        "b2": np.zeros(2 * STYLES),
        "V1": weights(STYLES, HIDDEN),
        "c1": np.zeros((10, HIDDEN)),
        "V2": weights(HIDDEN, 64),
        "c2": np.zeros(64),
    }


def principal(images: Array, labels: Labels, others: Array, their_labels: Labels) -> Array:
    """Return other images by their digit's mean and six principal components: a yardstick."""
    means = np.stack([np.mean(images[labels == digit], axis=0) for digit in range(10)])
    directions = np.linalg.svd(images - means[labels], full_matrices=False)[2][:STYLES]
    middle = means[their_labels]
    return middle + (others - middle) @ directions.T @ directions


def error(images: Array, drawn: Array) -> float:
    """Return the root mean square error of pixels."""
    return float(np.sqrt(np.mean((images - drawn) ** 2)))


def tiles(images: Array) -> Array:
    """Return one picture of images (rows, 10, 64), with a margin around each."""
    framed = np.pad(images.reshape(-1, 10, 8, 8), ((0, 0), (0, 0), (1, 1), (1, 1)))
    return framed.transpose(0, 2, 1, 3).reshape(-1, 100)


def plot(params: Parameters, images: Array, labels: Labels, file: Path) -> None:
    """Save images that were held back, what is drawn of them, and new digits, each row in a style."""
    which = np.array([np.flatnonzero(labels == digit)[:3] for digit in range(10)]).T.ravel()
    styles, _ = encode(params, images[which], labels[which])
    again = decode(params, styles, labels[which])
    drawn = np.repeat(np.random.default_rng(1).normal(size=(6, STYLES)), 10, axis=0)
    new = decode(params, drawn, np.tile(np.arange(10), 6))

    figure = Figure(figsize=(10, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    pairs = np.stack([images[which].reshape(3, 10, 64), again.reshape(3, 10, 64)], axis=1)
    left.imshow(tiles(pairs), cmap="gray_r")
    left.set_title("held back, and below as drawn from six numbers")
    right.imshow(tiles(new), cmap="gray_r")
    right.set_title("new: a style in each row")
    for axes in (left, right):
        axes.set_axis_off()
    figure.savefig(file, dpi=120)


def main(folder: Path = HERE, steps: int = STEPS) -> tuple[Parameters, float, float]:
    """Train, print and plot; return the parameters, and the errors by them and by principal components."""
    rng = np.random.default_rng(0)
    images, labels, test_images, test_labels = load(rng)
    params = initial(rng)
    train(params, images, labels, 2, 0)  # compiles
    started = perf_counter()
    params, losses = train(params, images, labels, steps, 0)
    print(f"{steps:,} steps, {steps / (perf_counter() - started):,.0f} a second")
    print(f"loss of the last hundred: {np.mean(losses[-100:]):.2f}")
    styles, _ = encode(params, test_images, test_labels)
    reached = error(test_images, decode(params, styles, test_labels))
    yardstick = error(test_images, principal(images, labels, test_images, test_labels))
    print(f"{len(test_labels)} digits that were held back, brought back from six numbers")
    print(f"by the network:          pixels are off by {reached:.3f}")
    print(f"by principal components: pixels are off by {yardstick:.3f}")
    plot(params, test_images, test_labels, folder / "vae.png")
    return params, reached, yardstick


if __name__ == "__main__":
    main()
