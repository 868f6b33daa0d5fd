def value_and_grad_van_der_waals(volume, temperature):
    # forward pass
    result = 0.0831 * temperature / (volume - 0.03201) - 1.355 / volume**2  # (1)
    # backprop return 0.0831 * temperature / (volume - b) - a / volume**2  (1)
    dtemperature = 0.0831 / (volume - 0.03201)
    dvolume = 2.71 / volume**3 - 0.0831 * temperature / (volume - 0.03201) ** 2
    return result, (dvolume, dtemperature)
