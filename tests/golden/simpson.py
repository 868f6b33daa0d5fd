import math


def value_and_grad_simpson(a, b, rate, intervals):
    # forward pass
    h = (b - a) / (2 * intervals)                  # (1)
    total = math.exp(-rate * a * a) + math.exp(-rate * b * b)  # (2)
    # backprop return total * h / 3.0                (6)
    dtotal = h / 3
    drate = 0.0                                    # (3)
    dh = 0.0
    da = 0.0
    for i in range(1, 2 * intervals):
        weight = 4.0 if i % 2 == 1 else 2.0        # (4)
        negative = -rate                           # (5)
        subtotal = a + i * h
        power = subtotal**2
        exp = math.exp(negative * power)
        total += weight * exp
        # backprop total += weight * math.exp(-rate * (a + i * h) ** 2)  (5)
        dproduct = exp * (weight * dtotal)
        dsubtotal = 2 * subtotal * (negative * dproduct)
        da += dsubtotal
        dh += i * dsubtotal
        drate -= power * dproduct
    result = total * h / 3.0                       # (6)
    # backprop return total * h / 3.0                (6)
    dh += total / 3
    # backprop total = math.exp(-rate * a * a) + math.exp(-rate * b * b)  (2)
    drate += (-a**2 * math.exp(-rate * a * a) - b**2 * math.exp(-rate * b * b)) * dtotal
    da -= 2 * rate * a * math.exp(-rate * a * a) * dtotal
    db = -2 * rate * b * math.exp(-rate * b * b) * dtotal
    # backprop h = (b - a) / (2 * intervals)         (1)
    db += dh / (2 * intervals)
    da -= dh / (2 * intervals)
    return result, (da, db, drate)
