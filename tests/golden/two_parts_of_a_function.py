import numpy as np


def value_and_grad_two_parts_of_a_function(x, rate):
    # forward pass
    grown = np.exp(-rate * x * x)                  # (1)
    features = np.sin(grown) + grown               # (2)
    product = features * x                         # (3)
    grown_1 = np.exp(-rate * product * product)    # (4)
    features_1 = np.sin(grown_1) + grown_1         # (5)
    result = np.sum(features * features_1)         # (6)
    # backprop return np.sum(first * second)         (6)
    dfirst = features_1
    dsecond = features
    negative = -rate                               # (4)
    grown_2 = np.exp(negative * product * product)
    # backprop return np.sin(grown) + grown          (5)
    dgrown_1 = (1 + np.cos(grown_2)) * dsecond
    # backprop grown = np.exp(-rate * x * x)         (4)
    dproduct = 2 * negative * product * grown_2 * dgrown_1
    drate = -np.sum(product**2 * grown_2 * dgrown_1)
    # backprop second = bp.checkpoint(features)(first * x)  (3)
    dfirst += x * dproduct
    dx = features * dproduct
    negative_1 = -rate                             # (1)
    grown_3 = np.exp(negative_1 * x * x)
    # backprop return np.sin(grown) + grown          (2)
    dgrown = (1 + np.cos(grown_3)) * dfirst
    # backprop grown = np.exp(-rate * x * x)         (1)
    dx += 2 * negative_1 * x * grown_3 * dgrown
    drate -= np.sum(x**2 * grown_3 * dgrown)
    return result, (dx, drate)
