import math

import numpy as np


def value_and_grad_predator_prey(alpha, beta, gamma, delta, hares, lynx, steps):
    # forward pass
    lynxs = np.empty(max(steps, 0))  # kept for the reverse
    kept_hares = np.empty(max(steps, 0))  # kept for the reverse
    for turn in range(steps):                      # (1)
        lynxs[turn] = lynx
        kept_hares[turn] = hares
        h1 = alpha * hares - beta * hares * lynx   # (2)
        l1 = delta * hares * lynx - gamma * lynx
        total = hares + 0.025 * h1                 # (3)
        total_1 = lynx + 0.025 * l1
        h2 = alpha * total - beta * total * total_1  # (4)
        l2 = delta * total * total_1 - gamma * total_1
        total_2 = hares + 0.025 * h2               # (5)
        total_3 = lynx + 0.025 * l2
        h3 = alpha * total_2 - beta * total_2 * total_3  # (6)
        l3 = delta * total_2 * total_3 - gamma * total_3
        total_4 = hares + 0.05 * h3                # (7)
        total_5 = lynx + 0.05 * l3
        h4 = alpha * total_4 - beta * total_4 * total_5  # (8)
        l4 = delta * total_4 * total_5 - gamma * total_5
        hares += 0.008333333333333333 * (h1 + 2.0 * h2 + 2.0 * h3 + h4)  # (9)
        lynx += 0.008333333333333333 * (l1 + 2.0 * l2 + 2.0 * l3 + l4)  # (10)
    result = math.log(hares) ** 2 + math.log(lynx) ** 2  # (11)
    # backprop return math.log(hares) ** 2 + math.log(lynx) ** 2  (11)
    dhares = 2 * math.log(hares) / hares
    dlynx = 2 * math.log(lynx) / lynx
    # backprop for _ in range(steps)                 (1)
    dalpha = 0.0
    dbeta = 0.0
    ddelta = 0.0
    dgamma = 0.0
    for turn in range(steps - 1, -1, -1):
        lynx_1 = lynxs[turn]
        hares_1 = kept_hares[turn]
        h1 = alpha * hares_1 - beta * hares_1 * lynx_1  # (2)
        product = delta * hares_1
        l1 = product * lynx_1 - gamma * lynx_1
        total = hares_1 + 0.025 * h1               # (3)
        total_1 = lynx_1 + 0.025 * l1
        h2 = alpha * total - beta * total * total_1  # (4)
        product_1 = delta * total
        l2 = product_1 * total_1 - gamma * total_1
        total_2 = hares_1 + 0.025 * h2             # (5)
        total_3 = lynx_1 + 0.025 * l2
        product_2 = delta * total_2                # (6)
        l3 = product_2 * total_3 - gamma * total_3
        h3 = alpha * total_2 - beta * total_2 * total_3
        total_4 = lynx_1 + 0.05 * l3               # (7)
        total_5 = hares_1 + 0.05 * h3
        # backprop lynx += dt / 6.0 * (l1 + 2.0 * l2 + 2.0 * l3 + l4)  (10)
        dl1 = 0.008333333333333333 * dlynx
        dl2 = 0.016666666666666666 * dlynx
        dl3 = 0.016666666666666666 * dlynx
        dl4 = 0.008333333333333333 * dlynx
        # backprop hares += dt / 6.0 * (h1 + 2.0 * h2 + 2.0 * h3 + h4)  (9)
        dh1 = 0.008333333333333333 * dhares
        dh2 = 0.016666666666666666 * dhares
        dh3 = 0.016666666666666666 * dhares
        dh4 = 0.008333333333333333 * dhares
        # backprop return alpha * h - beta * h * l, delta * h * l - gamma * l  (8)
        ddelta += total_4 * total_5 * dl4
        dtotal_4 = total_4 * delta * dl4
        dtotal_5 = (delta * total_5 - gamma) * dl4
        dgamma -= total_4 * dl4
        dalpha += total_5 * dh4
        dtotal_4 += (alpha - total_4 * beta) * dh4
        dbeta -= total_4 * total_5 * dh4
        dtotal_5 -= beta * total_5 * dh4
        # backprop h4, l4 = rates(hares + dt * h3, lynx + dt * l3)  (7)
        dlynx += dtotal_5
        dl3 += 0.05 * dtotal_5
        dhares += dtotal_4
        dh3 += 0.05 * dtotal_4
        # backprop return alpha * h - beta * h * l, delta * h * l - gamma * l  (6)
        ddelta += total_3 * total_2 * dl3
        dtotal_2 = total_3 * delta * dl3
        dtotal_3 = (product_2 - gamma) * dl3
        dgamma -= total_3 * dl3
        dalpha += total_2 * dh3
        dtotal_2 += (alpha - total_3 * beta) * dh3
        dbeta -= total_3 * total_2 * dh3
        dtotal_3 -= beta * total_2 * dh3
        # backprop h3, l3 = rates(hares + 0.5 * dt * h2, lynx + 0.5 * dt * l2)  (5)
        dlynx += dtotal_3
        dl2 += 0.025 * dtotal_3
        dhares += dtotal_2
        dh2 += 0.025 * dtotal_2
        # backprop return alpha * h - beta * h * l, delta * h * l - gamma * l  (4)
        ddelta += total_1 * total * dl2
        dtotal = total_1 * delta * dl2
        dtotal_1 = (product_1 - gamma) * dl2
        dgamma -= total_1 * dl2
        dalpha += total * dh2
        dtotal += (alpha - total_1 * beta) * dh2
        dbeta -= total_1 * total * dh2
        dtotal_1 -= beta * total * dh2
        # backprop h2, l2 = rates(hares + 0.5 * dt * h1, lynx + 0.5 * dt * l1)  (3)
        dlynx += dtotal_1
        dl1 += 0.025 * dtotal_1
        dhares += dtotal
        dh1 += 0.025 * dtotal
        # backprop return alpha * h - beta * h * l, delta * h * l - gamma * l  (2)
        ddelta += lynx_1 * hares_1 * dl1
        dhares += lynx_1 * delta * dl1
        dlynx += (product - gamma) * dl1
        dgamma -= lynx_1 * dl1
        dalpha += hares_1 * dh1
        dhares += (alpha - lynx_1 * beta) * dh1
        dbeta -= lynx_1 * hares_1 * dh1
        dlynx -= beta * hares_1 * dh1
    return result, (dalpha, dbeta, dgamma, ddelta, dhares, dlynx)
