import numpy as np


def value_and_grad_with_the_turn_before(u):
    # forward pass
    tanhs = np.empty((max(len(u) - 1, 0), max(len(u) - 1, 0)))  # kept for the reverse
    taken = np.empty(max(len(u) - 1, 0), dtype=np.bool_)  # kept for the reverse
    subtotals = np.empty(max(len(u) - 1, 0))  # kept for the reverse
    total = 0.0                                    # (1)
    done = False
    for t in range(1, len(u)):
        t_above_1 = t > 1                          # (2)
        taken[t - 1] = t_above_1
        if t_above_1:
            if not done:                           # (3)
                raise UnboundLocalError(
                    "cannot access local variable 'before' where it is not associated with a value"
                )
            subtotal = np.sum(before)
            subtotals[t - 1] = subtotal
            total += subtotal * u[0]
        tanh = np.tanh(u[1:])                      # (4)
        tanhs[t - 1] = tanh
        before = tanh * u[t]
        done = True
    # backprop for t in range(1, len(u))             (1)
    dbefore = np.zeros(max(len(u) - 1, 0))
    du = np.zeros_like(u)
    for t in range(len(u) - 1, 0, -1):
        tanh = tanhs[t - 1]
        t_above_1 = taken[t - 1]
        # backprop before = np.tanh(u[1:]) * u[t]    (4)
        du[t] += np.sum(tanh * dbefore)
        du[1:] += u[t] * (1 - tanh**2) * dbefore
        # backprop if t > 1                          (2)
        if t_above_1:
            subtotal = subtotals[t - 1]
            # backprop total += np.sum(before) * u[0]  (3)
            du[0] += subtotal
            dbefore = np.full(len(u) - 1, u[0])
        else:
            # backprop if t > 1                      (2)
            dbefore = np.zeros(max(len(u) - 1, 0))
    return total, du
