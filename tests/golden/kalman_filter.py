import math


def value_and_grad_kalman_filter(q, r, observations):
    observations0 = observations[0]
    observations1 = observations[1]
    observations2 = observations[2]
    # forward pass
    variance = 1.0 + q                             # (1)
    gain = variance / (variance + r)               # (2)
    innovation = observations0 - 0.0               # (3)
    loss = 0.0 + (0.5 * math.log(variance + r) + 0.5 * innovation**2 / (variance + r))  # (4)
    mean = 0.0 + gain * innovation                 # (5)
    variance_1 = (1.0 - gain) * variance
    variance_2 = variance_1 + q                    # (6)
    gain_1 = variance_2 / (variance_2 + r)         # (7)
    innovation_1 = observations1 - mean            # (8)
    loss_1 = loss + (0.5 * math.log(variance_2 + r) + 0.5 * innovation_1**2 / (variance_2 + r))  # (9)
    mean_1 = mean + gain_1 * innovation_1          # (10)
    variance_3 = (1.0 - gain_1) * variance_2
    variance_4 = variance_3 + q                    # (11)
    gain_2 = variance_4 / (variance_4 + r)         # (12)
    innovation_2 = observations2 - mean_1          # (13)
    loss_2 = loss_1 + (0.5 * math.log(variance_4 + r) + 0.5 * innovation_2**2 / (variance_4 + r))  # (14)
    mean_2 = mean_1 + gain_2 * innovation_2        # (15)
    variance_5 = (1.0 - gain_2) * variance_4
    # backprop loss += 0.5 * math.log(variance + r) + 0.5 * innovation**2 / (variance + r)  (14)
    dloss_1 = 1.0
    dvariance_4 = 0.5 / (variance_4 + r) - 0.5 * innovation_2**2 / (variance_4 + r) ** 2
    dr = 0.5 / (variance_4 + r) - 0.5 * innovation_2**2 / (variance_4 + r) ** 2
    dinnovation_2 = innovation_2 / (variance_4 + r)
    # backprop innovation = y - mean                 (13)
    dmean_1 = -dinnovation_2
    # backprop variance = variance + q               (11)
    dvariance_3 = dvariance_4
    dq = dvariance_4
    # backprop mean, variance = mean + gain * innovation, (1.0 - gain) * variance  (10)
    dgain_1 = -variance_2 * dvariance_3
    dvariance_2 = (1.0 - gain_1) * dvariance_3
    dmean = dmean_1
    dgain_1 += innovation_1 * dmean_1
    dinnovation_1 = gain_1 * dmean_1
    # backprop loss += 0.5 * math.log(variance + r) + 0.5 * innovation**2 / (variance + r)  (9)
    dloss = dloss_1
    dvariance_2 += (
        (0.5 / (variance_2 + r) - 0.5 * innovation_1**2 / (variance_2 + r) ** 2) * dloss_1
    )
    dr += (0.5 / (variance_2 + r) - 0.5 * innovation_1**2 / (variance_2 + r) ** 2) * dloss_1
    dinnovation_1 += innovation_1 / (variance_2 + r) * dloss_1
    # backprop innovation = y - mean                 (8)
    dmean -= dinnovation_1
    # backprop gain = variance / (variance + r)      (7)
    dvariance_2 += (1 - gain_1) / (variance_2 + r) * dgain_1
    dr -= gain_1 / (variance_2 + r) * dgain_1
    # backprop variance = variance + q               (6)
    dvariance_1 = dvariance_2
    dq += dvariance_2
    # backprop mean, variance = mean + gain * innovation, (1.0 - gain) * variance  (5)
    dgain = -variance * dvariance_1
    dvariance = (1.0 - gain) * dvariance_1
    dgain += innovation * dmean
    # backprop loss += 0.5 * math.log(variance + r) + 0.5 * innovation**2 / (variance + r)  (4)
    dvariance += (0.5 / (variance + r) - 0.5 * innovation**2 / (variance + r) ** 2) * dloss
    dr += (0.5 / (variance + r) - 0.5 * innovation**2 / (variance + r) ** 2) * dloss
    # backprop gain = variance / (variance + r)      (2)
    dvariance += (1 - gain) / (variance + r) * dgain
    dr -= gain / (variance + r) * dgain
    # backprop variance = variance + q               (1)
    dq += dvariance
    return loss_2, (dq, dr)
