import math


def value_and_grad_pulse_of_a_beat(t, rate):
    # forward pass
    phase = t * rate % 1.0                         # (1)
    height = 0.05 * phase                          # (2)
    condition = phase < 0.5                        # (3)
    if condition:
        systole = phase < 0.3                      # (4)
        height = (                                 # (5)
            math.sin(3.141592653589793 * phase / 0.3)
            if systole
            else -math.sin(3.141592653589793 * (phase - 0.3))
        )
    result = height**2                             # (6)
    # backprop return height**2                      (6)
    dheight = 2 * height
    # backprop if phase < 0.5                        (3)
    if condition:
        # backprop height = math.sin(math.pi * phase / 0.3) if systole else -math.sin(math.pi * ...  (5)
        if systole:
            ratio = 3.141592653589793 * phase / 0.3  # (5)
            dphase = 3.141592653589793 * math.cos(ratio) / 0.3 * dheight
        else:
            dphase = -3.141592653589793 * math.cos(3.141592653589793 * (phase - 0.3)) * dheight
        dheight = 0.0
    else:
        dphase = 0.0
    # backprop height = 0.05 * phase                 (2)
    dphase += 0.05 * dheight
    # backprop phase = (t * rate) % 1.0              (1)
    dt = rate * dphase
    drate = t * dphase
    return result, (dt, drate)
