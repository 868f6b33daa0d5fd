def value_and_grad_energy(length, *, stiffness=3.0, rest=0.5):
    # forward pass
    result = 0.5 * stiffness * (length - rest) ** 2  # (1)
    # backprop return 0.5 * self.stiffness * (length - self.rest) ** 2  (1)
    dlength = stiffness * (length - rest)
    return result, dlength
