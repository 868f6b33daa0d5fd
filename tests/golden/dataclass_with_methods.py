import math


def value_and_grad_dataclass_with_methods(spring, length):
    stiffness = spring.stiffness
    rest = spring.rest
    # forward pass
    energy = 0.5 * stiffness * (length - rest) ** 2  # (1)
    result = energy + math.log(length)             # (2)
    # backprop return energy * 2.0 if spring.is_stiff else energy + math.log(length)  (2)
    denergy = 1.0
    dlength = 1 / length
    # backprop return 0.5 * self.stiffness * (length - self.rest) ** 2  (1)
    dstiffness = 0.5 * (length - rest) ** 2 * denergy
    dlength += stiffness * (length - rest) * denergy
    drest = stiffness * (rest - length) * denergy
    return result, ({"stiffness": dstiffness, "rest": drest, "label": "spring"}, dlength)
