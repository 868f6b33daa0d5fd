import math


def value_and_grad_angle_between(a, b):
    a0 = a[0]
    a1 = a[1]
    a2 = a[2]
    b0 = b[0]
    b1 = b[1]
    b2 = b[2]
    # forward pass
    total = 0 + a0 * b0 + a1 * b1 + a2 * b2        # (1)
    total_1 = 0 + a0 * a0 + a1 * a1 + a2 * a2      # (2)
    sqrt_total_1 = math.sqrt(total_1)              # (3)
    total_2 = 0 + b0 * b0 + b1 * b1 + b2 * b2      # (4)
    sqrt_total_2 = math.sqrt(total_2)              # (5)
    product = sqrt_total_1 * sqrt_total_2          # (6)
    ratio = total / product
    product_1 = a0 * 2.0                           # (7)
    product_2 = a1 * 2.0
    product_3 = a2 * 2.0
    result = math.acos(ratio) + 0.5 * product_1    # (6)
    # backprop return math.acos((u @ v) / (abs(u) * abs(v))) + 0.5 * (2.0 * u)[0]  (6)
    sqrt = math.sqrt((1 - ratio) * (1 + ratio))
    dtotal = -1 / sqrt / product
    dproduct = -(-ratio / product) / sqrt
    dsqrt_total_1 = sqrt_total_2 * dproduct
    dsqrt_total_2 = sqrt_total_1 * dproduct
    # backprop return Vector(self.x * scale, self.y * scale, self.z * scale)  (7)
    da0 = 1.0
    # backprop return math.sqrt(self @ self)         (5)
    dtotal_2 = 0.5 / sqrt_total_2 * dsqrt_total_2
    # backprop return sum(a * b for a, b in zip(self, other, strict=True))  (4)
    db0 = 2 * b0 * dtotal_2
    db1 = 2 * b1 * dtotal_2
    db2 = 2 * b2 * dtotal_2
    # backprop return math.sqrt(self @ self)         (3)
    dtotal_1 = 0.5 / sqrt_total_1 * dsqrt_total_1
    # backprop return sum(a * b for a, b in zip(self, other, strict=True))  (2)
    da0 += 2 * a0 * dtotal_1
    da1 = 2 * a1 * dtotal_1
    da2 = 2 * a2 * dtotal_1
    # backprop return sum(a * b for a, b in zip(self, other, strict=True))  (1)
    da0 += b0 * dtotal
    db0 += a0 * dtotal
    da1 += b1 * dtotal
    db1 += a1 * dtotal
    da2 += b2 * dtotal
    db2 += a2 * dtotal
    return result, ((da0, da1, da2), (db0, db1, db2))
