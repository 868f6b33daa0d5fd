import numpy as np


def value_and_grad_constants_made_inside(x):
    # forward pass
    n = x.shape[0]                                 # (1)
    number = np.arange(n).astype(np.float64)       # (2)
    grid = np.where(number == n - 1, 1.0, number * (2.0 / (n - 1)) + -1.0)
    steps = np.arange(n) * 0.5                     # (3)
    A = np.eye(n) + np.full((n, n), 0.1) - np.zeros((n, n)) + np.ones(n)  # (4)
    total = grid + steps                           # (5)
    zeros = np.zeros_like(x)
    filled = np.full(n, 2.0)
    result = A @ x @ total + np.sum(zeros + filled * x)
    # backprop return (A @ x) @ (grid + steps) + np.sum(np.zeros_like(x) + np.full_like(x, 2.0) * x)  (5)
    dx = filled + A.T @ total
    return result, dx
