import math


def value_and_grad_snell(angle, indices):
    indices0 = indices[0]
    indices1 = indices[1]
    indices2 = indices[2]
    # forward pass
    ratio = indices0 / indices1                    # (1)
    sin_angle = math.sin(angle)
    product = ratio * sin_angle
    angle_1 = math.asin(product)
    ratio_1 = indices1 / indices2                  # (2)
    sin_angle_1 = math.sin(angle_1)
    product_1 = ratio_1 * sin_angle_1
    angle_2 = math.asin(product_1)
    # backprop angle = math.asin(n1 / n2 * math.sin(angle))  (2)
    sqrt = math.sqrt((1 - product_1) * (1 + product_1))
    dratio_1 = sin_angle_1 / sqrt
    dangle_1 = math.cos(angle_1) * (ratio_1 / sqrt)
    dindices1 = dratio_1 / indices2
    dindices2 = -ratio_1 / indices2 * dratio_1
    # backprop angle = math.asin(n1 / n2 * math.sin(angle))  (1)
    dproduct = dangle_1 / math.sqrt((1 - product) * (1 + product))
    dratio = sin_angle * dproduct
    dangle = math.cos(angle) * (ratio * dproduct)
    dindices0 = dratio / indices1
    dindices1 -= ratio / indices1 * dratio
    return angle_2, (dangle, (dindices0, dindices1, dindices2))
