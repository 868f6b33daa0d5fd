import numpy as np


def value_and_grad_fourier_features(x, frequencies):
    # forward pass
    reshaped = frequencies.reshape(frequencies.shape[0])  # (1)
    angles = x.reshape(x.shape[0])[:, None] * reshaped
    features = np.concatenate((np.sin(angles), np.cos(angles)), axis=1)  # (2)
    mean = np.mean(features, axis=0)               # (3)
    result = np.sum(mean**2)
    # backprop return np.sum(features.mean(axis=0) ** 2)  (3)
    dfeatures = (2 * mean / x.shape[0])[None]
    spread = np.broadcast_to(dfeatures, features.shape)
    # backprop features = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)  (2)
    dangles = -np.sin(angles) * spread[:, frequencies.shape[0]:]
    dangles += np.cos(angles) * spread[:, :frequencies.shape[0]]
    # backprop angles = np.outer(x, frequencies)     (1)
    dfrequencies = np.sum(x.reshape(x.shape[0])[:, None] * dangles, axis=0)
    dx = np.sum(reshaped * dangles, axis=1)
    return result, (dx, dfrequencies)
