def value_and_grad_momentum_steps(w, rate):
    w0 = w[0]
    w1 = w[1]
    # forward pass
    g = 2.0 * w0 * 1                               # (1)
    g_1 = 2.0 * w1 * 2
    v = 0.0 - rate * g                             # (2)
    v_1 = 0.0 - rate * g_1
    wi = w0 + v                                    # (3)
    wi_1 = w1 + v_1
    total = 0 + wi * wi + wi_1 * wi_1              # (4)
    g_2 = 2.0 * wi * 1                             # (5)
    g_3 = 2.0 * wi_1 * 2
    v_2 = 0.9 * v - rate * g_2                     # (6)
    v_3 = 0.9 * v_1 - rate * g_3
    wi_2 = wi + v_2                                # (7)
    wi_3 = wi_1 + v_3
    total_1 = 0 + wi_2 * wi_2 + wi_3 * wi_3        # (8)
    g_4 = 2.0 * wi_2 * 1                           # (9)
    g_5 = 2.0 * wi_3 * 2
    v_4 = 0.9 * v_2 - rate * g_4                   # (10)
    v_5 = 0.9 * v_3 - rate * g_5
    wi_4 = wi_2 + v_4                              # (11)
    wi_5 = wi_3 + v_5
    total_2 = 0 + wi_4 * wi_4 + wi_5 * wi_5        # (12)
    result = total_2 + 0.30000000000000004         # (13)
    # backprop history.append(sum(wi * wi for wi in w))  (12)
    dwi_4 = 2 * wi_4
    dwi_5 = 2 * wi_5
    # backprop w = [wi + v for wi, v in zip(w, velocity, strict=True)]  (11)
    dwi_3 = dwi_5
    dv_5 = dwi_5
    dwi_2 = dwi_4
    dv_4 = dwi_4
    # backprop velocity = [0.9 * v - rate * g for v, g in zip(velocity, gradient, strict=True)]  (10)
    dv_3 = 0.9 * dv_5
    drate = -g_5 * dv_5
    dg_5 = -rate * dv_5
    dv_2 = 0.9 * dv_4
    drate -= g_4 * dv_4
    dg_4 = -rate * dv_4
    # backprop gradient = [2.0 * wi * (i + 1) for i, wi in enumerate(w)]  (9)
    dwi_3 += 4 * dg_5
    dwi_2 += 2 * dg_4
    # backprop w = [wi + v for wi, v in zip(w, velocity, strict=True)]  (7)
    dwi_1 = dwi_3
    dv_3 += dwi_3
    dwi = dwi_2
    dv_2 += dwi_2
    # backprop velocity = [0.9 * v - rate * g for v, g in zip(velocity, gradient, strict=True)]  (6)
    dv_1 = 0.9 * dv_3
    drate -= g_3 * dv_3
    dg_3 = -rate * dv_3
    dv = 0.9 * dv_2
    drate -= g_2 * dv_2
    dg_2 = -rate * dv_2
    # backprop gradient = [2.0 * wi * (i + 1) for i, wi in enumerate(w)]  (5)
    dwi_1 += 4 * dg_3
    dwi += 2 * dg_2
    # backprop w = [wi + v for wi, v in zip(w, velocity, strict=True)]  (3)
    dw1 = dwi_1
    dv_1 += dwi_1
    dw0 = dwi
    dv += dwi
    # backprop velocity = [0.9 * v - rate * g for v, g in zip(velocity, gradient, strict=True)]  (2)
    drate -= g_1 * dv_1
    dg_1 = -rate * dv_1
    drate -= g * dv
    dg = -rate * dv
    # backprop gradient = [2.0 * wi * (i + 1) for i, wi in enumerate(w)]  (1)
    dw1 += 4 * dg_1
    dw0 += 2 * dg
    return result, ([dw0, dw1], drate)
