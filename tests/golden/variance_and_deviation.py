import numpy as np


def value_and_grad_variance_and_deviation(x):
    # forward pass
    mean = np.mean(x, axis=0, keepdims=True)       # (1)
    difference = x - mean
    total = np.sum(difference * difference, axis=0)
    mean_1 = np.mean(x, axis=0, keepdims=True)
    difference_1 = x - mean_1
    length = np.sqrt(np.sum(difference_1 * difference_1, axis=0) / x.shape[0])
    mean_2 = np.mean(x, keepdims=True)
    difference_2 = x - mean_2
    length_1 = np.sqrt(np.sum(difference_2 * difference_2) / (x.shape[0] * x.shape[1]))
    mean_3 = np.mean(x, keepdims=True)
    difference_3 = x - mean_3
    result = (
        np.sum(total / x.shape[0] * length)
        + length_1
        + np.sum(difference_3 * difference_3) / (x.shape[0] * x.shape[1] - 1)
    )
    # backprop return np.sum(np.var(x, axis=0) * np.std(x, axis=0)) + x.std() + np.var(x, ddof=1)  (1)
    difference_4 = x - mean_3
    dx = 2 * difference_4 / (x.shape[0] * x.shape[1] - 1)
    dx += (
        np.sum(-2 * difference_4 / (x.shape[0] * x.shape[1] - 1), keepdims=True)
        / (x.shape[0] * x.shape[1])
    )
    dtotal_1 = 0.0 if length_1 == 0 else 0.5 / length_1 / (x.shape[0] * x.shape[1])
    difference_5 = x - mean_2
    dx += 2 * difference_5 * dtotal_1
    dx += np.sum(-2 * difference_5 * dtotal_1, keepdims=True) / (x.shape[0] * x.shape[1])
    dtotal = length / x.shape[0]
    dtotal_2 = np.where(length == 0, 0.0, 0.5 / length * (total / x.shape[0]) / x.shape[0])
    difference_6 = x - mean_1
    dx += 2 * difference_6 * dtotal_2
    dx += np.sum(-2 * difference_6 * dtotal_2, axis=0, keepdims=True) / x.shape[0]
    difference_7 = x - mean
    dx += 2 * difference_7 * dtotal
    dx += np.sum(-2 * difference_7 * dtotal, axis=0, keepdims=True) / x.shape[0]
    return result, dx
