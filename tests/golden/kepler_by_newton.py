import math


def value_and_grad_kepler_by_newton(mean_anomaly, eccentricity):
    # forward pass
    cos_anomalys = []  # kept for the reverse
    ratios = []  # kept for the reverse
    sin_anomalys = []  # kept for the reverse
    anomaly = mean_anomaly                         # (1)
    turns = 0
    while True:
        sin_anomaly = math.sin(anomaly)            # (2)
        sin_anomalys.append(sin_anomaly)
        error = anomaly - eccentricity * sin_anomaly - mean_anomaly
        cos_anomaly = math.cos(anomaly)            # (3)
        cos_anomalys.append(cos_anomaly)
        ratio = error / (1.0 - eccentricity * cos_anomaly)
        ratios.append(ratio)
        anomaly -= ratio
        turns += 1                                 # (1)
        if abs(error) < 1e-11:                     # (4)
            break
    result = math.cos(anomaly) - eccentricity      # (5)
    # backprop return math.cos(anomaly) - eccentricity  (5)
    danomaly = -math.sin(anomaly)
    deccentricity = -1.0
    # backprop break                                 (1)
    dmean_anomaly = 0.0
    for _ in range(turns):
        cos_anomaly = cos_anomalys.pop()
        ratio = ratios.pop()
        sin_anomaly = sin_anomalys.pop()
        product = eccentricity * cos_anomaly       # (3)
        difference = 1.0 - product
        # backprop anomaly -= error / (1.0 - eccentricity * math.cos(anomaly))  (3)
        derror = -danomaly / difference
        ddifference_1 = -(-ratio / difference) * danomaly
        deccentricity -= cos_anomaly * ddifference_1
        danomaly -= sin_anomaly * (-eccentricity * ddifference_1)
        # backprop error = anomaly - eccentricity * math.sin(anomaly) - mean_anomaly  (2)
        danomaly += (1 - product) * derror
        deccentricity -= sin_anomaly * derror
        dmean_anomaly -= derror
    # backprop break                                 (1)
    dmean_anomaly += danomaly
    return result, (dmean_anomaly, deccentricity)
