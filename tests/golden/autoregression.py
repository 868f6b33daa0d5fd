def value_and_grad_autoregression(phi, series):
    phi0 = phi[0]
    phi1 = phi[1]
    phi2 = phi[2]
    # forward pass
    prediction = phi0 + phi1 * series[1] + phi2 * series[0]  # (1)
    power = (series[2] - prediction) ** 2          # (2)
    prediction_1 = phi0 + phi1 * series[2] + phi2 * series[1]  # (3)
    power_1 = (series[3] - prediction_1) ** 2      # (4)
    prediction_2 = phi0 + phi1 * series[3] + phi2 * series[2]  # (5)
    power_2 = (series[4] - prediction_2) ** 2      # (6)
    prediction_3 = phi0 + phi1 * series[4] + phi2 * series[3]  # (7)
    power_3 = (series[5] - prediction_3) ** 2      # (8)
    prediction_4 = phi0 + phi1 * series[5] + phi2 * series[4]  # (9)
    power_4 = (series[6] - prediction_4) ** 2      # (10)
    result = (0 + power + power_1 + power_2 + power_3 + power_4) / 5  # (11)
    # backprop errors.append((series[t] - prediction) ** 2)  (10)
    dprediction_4 = -2 * (series[6] - prediction_4) / 5
    # backprop prediction = phi[0] + phi[1] * series[t - 1] + phi[2] * series[t - 2]  (9)
    dphi0 = dprediction_4
    dphi1 = series[5] * dprediction_4
    dphi2 = series[4] * dprediction_4
    # backprop errors.append((series[t] - prediction) ** 2)  (8)
    dprediction_3 = -2 * (series[5] - prediction_3) / 5
    # backprop prediction = phi[0] + phi[1] * series[t - 1] + phi[2] * series[t - 2]  (7)
    dphi0 += dprediction_3
    dphi1 += series[4] * dprediction_3
    dphi2 += series[3] * dprediction_3
    # backprop errors.append((series[t] - prediction) ** 2)  (6)
    dprediction_2 = -2 * (series[4] - prediction_2) / 5
    # backprop prediction = phi[0] + phi[1] * series[t - 1] + phi[2] * series[t - 2]  (5)
    dphi0 += dprediction_2
    dphi1 += series[3] * dprediction_2
    dphi2 += series[2] * dprediction_2
    # backprop errors.append((series[t] - prediction) ** 2)  (4)
    dprediction_1 = -2 * (series[3] - prediction_1) / 5
    # backprop prediction = phi[0] + phi[1] * series[t - 1] + phi[2] * series[t - 2]  (3)
    dphi0 += dprediction_1
    dphi1 += series[2] * dprediction_1
    dphi2 += series[1] * dprediction_1
    # backprop errors.append((series[t] - prediction) ** 2)  (2)
    dprediction = -2 * (series[2] - prediction) / 5
    # backprop prediction = phi[0] + phi[1] * series[t - 1] + phi[2] * series[t - 2]  (1)
    dphi0 += dprediction
    dphi1 += series[1] * dprediction
    dphi2 += series[0] * dprediction
    return result, (dphi0, dphi1, dphi2)
