import numpy as np


def value_and_grad_reductions(x):
    # forward pass
    subtotal = np.sum(x, axis=0)                   # (1)
    subtotal_1 = np.sum(np.mean(x, axis=1))
    largest = np.max(x, axis=0)
    total = subtotal * subtotal_1 + largest
    largest_1 = np.max(x)                          # (2)
    smallest = np.min(x, axis=1, keepdims=True)
    smallest_1 = np.min(x)
    spread = largest_1 - smallest * smallest_1
    product = x[:, 0] * x[:, 1]                    # (3)
    product_1 = product * x[:, 2]
    result = np.sum(total) + np.sum(spread**2) + np.sum(product_1 * x[:, 3])
    # backprop return np.sum(total) + np.sum(spread**2) + np.sum(np.prod(x, axis=1))  (3)
    dproduct = x[:, 2] * x[:, 3]
    dx = np.zeros_like(x)
    dx[:, 3] += product_1
    dx[:, 2] += product * x[:, 3]
    dx[:, 1] += x[:, 0] * dproduct
    dx[:, 0] += x[:, 1] * dproduct
    dspread = 2 * spread
    dtotal = 1.0
    # backprop spread = np.max(x, axis=(0, 1)) - np.min(x, axis=1, keepdims=True) * x.min()  (2)
    x_is_smallest_1 = x == smallest_1
    dx += np.where(x_is_smallest_1, np.sum(-smallest * dspread) / np.sum(x_is_smallest_1), 0.0)
    x_is_smallest = x == smallest
    dx += np.where(
        x_is_smallest, -smallest_1 * dspread / np.sum(x_is_smallest, axis=1, keepdims=True), 0.0
    )
    x_is_largest_1 = x == largest_1
    dx += np.where(x_is_largest_1, np.sum(dspread) / np.sum(x_is_largest_1), 0.0)
    # backprop total = x.sum(axis=0) * x.mean(axis=1).sum() + np.max(x, axis=0)  (1)
    x_is_largest = x == largest
    dx += np.where(x_is_largest, dtotal / np.sum(x_is_largest, axis=0, keepdims=True), 0.0)
    dx += np.sum(subtotal * dtotal) / 4
    dx += subtotal_1 * dtotal
    return result, dx
