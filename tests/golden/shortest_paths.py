import numpy as np


def value_and_grad_shortest_paths(W):
    # forward pass
    n = len(W)                                     # (1)
    taken = np.empty((n, n, n), dtype=np.bool_)  # kept for the reverse
    W = W.copy()                                   # (2)
    for k in range(n):
        for i in range(n):                         # (3)
            for j in range(n):                     # (4)
                way = W[i, k] + W[k, j]            # (5)
                way_below_W_i_j = way < W[i, j]    # (6)
                taken[k, i, j] = way_below_W_i_j
                if way_below_W_i_j:
                    W[i, j] = way                  # (7)
    result = np.sum(W**2)                          # (8)
    # backprop return np.sum(W**2)                   (8)
    dW = 2 * W
    # backprop for k in range(n)                     (2)
    for k in range(n - 1, -1, -1):
        # backprop for i in range(n)                 (3)
        for i in range(n - 1, -1, -1):
            # backprop for j in range(n)             (4)
            for j in range(n - 1, -1, -1):
                way_below_W_i_j = taken[k, i, j]
                # backprop if way < W[i, j]          (6)
                if way_below_W_i_j:
                    # backprop W[i, j] = way         (7)
                    dway = dW[i, j]
                    dW[i, j] = 0.0
                else:
                    dway = 0.0
                # backprop way = W[i, k] + W[k, j]   (5)
                dW[k, j] += dway
                dW[i, k] += dway
    return result, dW
