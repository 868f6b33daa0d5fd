import numpy as np


def value_and_grad_conjugate_gradients(B, b):
    # forward pass
    A = B @ B.T + np.eye(B.shape[0])               # (1)
    x = np.zeros(B.shape[0])                       # (2)
    r = b - A @ x                                  # (3)
    rr = r @ r                                     # (4)
    kept_p = []  # kept for the reverse
    ratios = []  # kept for the reverse
    kept_r = []  # kept for the reverse
    rrs = []  # kept for the reverse
    products = []  # kept for the reverse
    Aps = []  # kept for the reverse
    x_1 = x                                        # (5)
    r_1 = r
    p = r
    turns = 0
    while rr > 1e-22:
        kept_p.append(p.copy())
        rrs.append(rr)
        Ap = A @ p                                 # (6)
        Aps.append(Ap.copy())
        product = p @ Ap                           # (7)
        products.append(product)
        alpha = rr / product
        x_1 = x_1 + alpha * p                      # (8)
        r_1 = r_1 - alpha * Ap                     # (9)
        kept_r.append(r_1.copy())
        rr_1 = r_1 @ r_1                           # (10)
        ratio = rr_1 / rr                          # (11)
        ratios.append(ratio)
        p = r_1 + ratio * p
        turns += 1                                 # (5)
        rr = rr_1
    result = x_1 @ x_1                             # (12)
    # backprop return x @ x                          (12)
    dx_1 = 2 * x_1
    # backprop while rr > 1e-22                      (5)
    dr_1 = np.zeros_like(r_1)
    dp = np.zeros_like(p)
    dA = np.zeros_like(A)
    drr = 0.0
    for _ in range(turns):
        p_1 = kept_p.pop()
        ratio = ratios.pop()
        rr_1 = rrs.pop()
        r_2 = kept_r.pop()
        Ap = Aps.pop()
        product = products.pop()
        alpha = rr_1 / product                     # (7)
        # backprop p = r + rr / previous * p         (11)
        dr_1 += dp
        dratio = np.sum(p_1 * dp)
        dp = ratio * dp
        drr += dratio / rr_1
        drr_ = -ratio / rr_1 * dratio
        # backprop rr, previous = r @ r, rr          (10)
        product_1 = drr * r_2
        dr_1 += product_1
        dr_1 += product_1
        # backprop r = r - alpha * Ap                (9)
        dalpha = np.sum(-Ap * dr_1)
        dAp = -alpha * dr_1
        # backprop x = x + alpha * p                 (8)
        dalpha += np.sum(p_1 * dx_1)
        dp += alpha * dx_1
        # backprop alpha = rr / (p @ Ap)             (7)
        drr_ += dalpha / product
        dproduct = -alpha / product * dalpha
        dp += dproduct * Ap
        dAp += dproduct * p_1
        # backprop Ap = A @ p                        (6)
        dA += dAp[:, None] * p_1
        dp += A.T @ dAp
        drr = drr_
    # backprop while rr > 1e-22                      (5)
    dr_1 += dp
    # backprop p, rr = r, r @ r                      (4)
    product = drr * r
    dr_1 += product
    dr_1 += product
    # backprop r = b - A @ x                         (3)
    db = dr_1
    dA += (-dr_1)[:, None] * x
    # backprop A = B @ B.T + np.eye(len(b))          (1)
    dB = dA @ B
    dB += dA.T @ B
    return result, (dB, db)
