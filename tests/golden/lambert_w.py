import math


def value_and_grad_lambert_w(x):
    # forward pass
    taken = []  # kept for the reverse
    kept_w = []  # kept for the reverse
    exp_ws = []  # kept for the reverse
    steps = []  # kept for the reverse
    w = 0.5                                        # (1)
    done = False
    turns = 0
    while True:
        kept_w.append(w)
        exp_w = math.exp(w)                        # (2)
        exp_ws.append(exp_w)
        step = (w * math.exp(w) - x) / (exp_w * (1.0 + w))
        steps.append(step)
        condition = abs(step) > 1e-10
        taken.append(condition)
        turns += 1                                 # (1)
        if not condition:                          # (2)
            done = True
            break
        w -= step                                  # (3)
        done = True
    if not done:                                   # (4)
        raise UnboundLocalError(
            "cannot access local variable 'step' where it is not associated with a value"
        )
    result = w - step
    # backprop return w - step                       (4)
    dw = 1.0
    dstep = -1.0
    # backprop while abs(step := (w * math.exp(w) - x) / (math.exp(w) * (1.0 + w))) > 1e-10  (1)
    dx = 0.0
    for _ in range(turns):
        condition = taken.pop()
        w_1 = kept_w.pop()
        exp_w = exp_ws.pop()
        step_1 = steps.pop()
        product = exp_w * (1.0 + w_1)              # (2)
        # backprop w -= step                         (2)
        if condition:
            # backprop w -= step                     (3)
            dstep -= dw
        # backprop w -= step                         (2)
        dw += ((exp_w + w_1 * exp_w) / product - (product + exp_w) * step_1 / product) * dstep
        dx -= dstep / product
        dstep = 0.0
    return result, dx
