def value_and_grad_cooled_until_cold(temperature, outside, rate):
    # forward pass
    temperatures = []  # kept for the reverse
    minutes = 0.0                                  # (1)
    turns = 0
    while temperature > outside + 5.0:
        temperatures.append(temperature)
        temperature -= rate * (temperature - outside)  # (2)
        minutes += 1                               # (3)
        turns += 1                                 # (1)
    result = minutes + (temperature - outside) / 5.0  # (4)
    # backprop return minutes + (temperature - outside) / 5.0  (4)
    dtemperature = 1 / 5
    doutside = -1 / 5
    # backprop while temperature > outside + 5.0     (1)
    drate = 0.0
    for _ in range(turns):
        temperature_1 = temperatures.pop()
        # backprop temperature -= rate * (temperature - outside)  (2)
        drate += (outside - temperature_1) * dtemperature
        doutside += rate * dtemperature
        dtemperature *= 1 - rate
    return result, (dtemperature, doutside, drate)
