import math


def value_and_grad_math_tour(x, y):
    # forward pass
    sin_x = math.sin(x)                            # (1)
    cos_y = math.cos(y)
    a = sin_x * cos_y + math.tan(x) - math.asin(x / 2) + math.acos(y / 4) - math.atan(x * y)
    tanh_x = math.tanh(x)                          # (2)
    b = math.sinh(x) + math.cosh(y) * tanh_x - math.asinh(y) + math.acosh(1 + y) - math.atanh(x / 3)
    c = math.exp(x) - math.expm1(y) + math.log(y) * math.log1p(x) + math.log2(y) - math.log10(x)  # (3)
    hypot = math.hypot(x, y)                       # (4)
    power = x**y
    d = math.sqrt(x) + hypot + math.atan2(x, y) + math.erf(x) - math.erfc(y) + power
    result = a * b + c * d + 3.141592653589793 * x - 2.718281828459045 * y  # (5)
    # backprop return a * b + c * d + math.pi * x - math.e * y  (5)
    da = b
    db = a
    dc = d
    dd = c
    dx = 3.141592653589793
    dy = -2.718281828459045
    # backprop d = math.sqrt(x) + math.hypot(x, y) + math.atan2(x, y) + math.erf(x) - ...  (4)
    dx += (0.5 / math.sqrt(x) + y / (x**2 + y**2) + 1.1283791670955126 * math.exp(-x**2)) * dd
    dy += (1.1283791670955126 * math.exp(-y**2) - x / (x**2 + y**2)) * dd
    dx += 0.0 if y == 0 else y * x ** (y - 1) * dd
    dy += 0.0 if x == 0 else power * math.log(x) * dd
    dx += 0.0 if hypot == 0 else x / hypot * dd
    dy += 0.0 if hypot == 0 else y / hypot * dd
    # backprop c = math.exp(x) - math.expm1(y) + math.log(y) * math.log1p(x) + math.log2(y) - ...  (3)
    dx += (math.exp(x) + math.log(y) / (1 + x) - 1 / (x * math.log(10))) * dc
    dy += (1 / (y * math.log(2)) + math.log1p(x) / y - math.exp(y)) * dc
    # backprop b = math.sinh(x) + math.cosh(y) * math.tanh(x) - math.asinh(y) + math.acosh(1 + ...  (2)
    dx += (3 / ((x - 3) * (3 + x)) + math.cosh(x)) * db
    dy += (
        (tanh_x * math.sinh(y) + 1 / math.sqrt((1 + y - 1) * (1 + y + 1)) - 1 / math.sqrt(1 + y**2))
        * db
    )
    dx += (1 - tanh_x**2) * (math.cosh(y) * db)
    # backprop a = math.sin(x) * math.cos(y) + math.tan(x) - math.asin(x / 2) + math.acos(y / ...  (1)
    dx += (
        (1 + math.tan(x) ** 2 - 0.5 / math.sqrt((1 - x / 2) * (1 + x / 2)) - y / (1 + (x * y) ** 2))
        * da
    )
    dy += (-0.25 / math.sqrt((1 - y / 4) * (1 + y / 4)) - x / (1 + (x * y) ** 2)) * da
    dy -= math.sin(y) * (sin_x * da)
    dx += math.cos(x) * (cos_y * da)
    return result, (dx, dy)
