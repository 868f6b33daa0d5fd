import math


def value_and_grad_gravitational_energy(masses, x, y, *, z=0.0):
    masses0 = masses[0]
    masses1 = masses[1]
    masses2 = masses[2]
    x0 = x[0]
    x1 = x[1]
    x2 = x[2]
    y0 = y[0]
    y1 = y[1]
    y2 = y[2]
    # forward pass
    product = x1 * -1.0                            # (1)
    product_1 = y1 * -1.0
    product_2 = z * -1.0
    a = x0 + product                               # (2)
    a_1 = y0 + product_1
    a_2 = z + product_2
    total = 0 + a * a + a_1 * a_1 + a_2 * a_2      # (3)
    sqrt_total = math.sqrt(total)                  # (4)
    energy = 0.0 - masses0 * masses1 / sqrt_total  # (5)
    product_3 = x2 * -1.0                          # (6)
    product_4 = y2 * -1.0
    product_5 = z * -1.0
    a_3 = x0 + product_3                           # (7)
    a_4 = y0 + product_4
    a_5 = z + product_5
    total_1 = 0 + a_3 * a_3 + a_4 * a_4 + a_5 * a_5  # (8)
    sqrt_total_1 = math.sqrt(total_1)              # (9)
    energy_1 = energy - masses0 * masses2 / sqrt_total_1  # (10)
    product_6 = x2 * -1.0                          # (11)
    product_7 = y2 * -1.0
    product_8 = z * -1.0
    a_6 = x1 + product_6                           # (12)
    a_7 = y1 + product_7
    a_8 = z + product_8
    total_2 = 0 + a_6 * a_6 + a_7 * a_7 + a_8 * a_8  # (13)
    sqrt_total_2 = math.sqrt(total_2)              # (14)
    energy_2 = energy_1 - masses1 * masses2 / sqrt_total_2  # (15)
    # backprop energy -= one.mass * other.mass / abs(one.position - other.position)  (15)
    denergy_1 = 1.0
    dmasses1 = -masses2 / sqrt_total_2
    dmasses2 = -masses1 / sqrt_total_2
    dsqrt_total_2 = masses1 * masses2 / sqrt_total_2**2
    # backprop return math.sqrt(self @ self)         (14)
    dtotal_2 = 0.5 / sqrt_total_2 * dsqrt_total_2
    # backprop return sum(a * b for a, b in zip(self, other, strict=True))  (13)
    da_6 = 2 * a_6 * dtotal_2
    da_7 = 2 * a_7 * dtotal_2
    # backprop return Vector(self.x + other.x, self.y + other.y, self.z + other.z)  (12)
    dy1 = da_7
    dx1 = da_6
    # backprop return Vector(self.x * scale, self.y * scale, self.z * scale)  (11)
    dy2 = -da_7
    dx2 = -da_6
    # backprop energy -= one.mass * other.mass / abs(one.position - other.position)  (10)
    denergy = denergy_1
    dmasses0 = -masses2 / sqrt_total_1 * denergy_1
    dmasses2 -= masses0 / sqrt_total_1 * denergy_1
    dsqrt_total_1 = masses0 * masses2 / sqrt_total_1**2 * denergy_1
    # backprop return math.sqrt(self @ self)         (9)
    dtotal_1 = 0.5 / sqrt_total_1 * dsqrt_total_1
    # backprop return sum(a * b for a, b in zip(self, other, strict=True))  (8)
    da_3 = 2 * a_3 * dtotal_1
    da_4 = 2 * a_4 * dtotal_1
    # backprop return Vector(self.x + other.x, self.y + other.y, self.z + other.z)  (7)
    dy0 = da_4
    dx0 = da_3
    # backprop return Vector(self.x * scale, self.y * scale, self.z * scale)  (6)
    dy2 -= da_4
    dx2 -= da_3
    # backprop energy -= one.mass * other.mass / abs(one.position - other.position)  (5)
    dmasses0 -= masses1 / sqrt_total * denergy
    dmasses1 -= masses0 / sqrt_total * denergy
    dsqrt_total = -energy / sqrt_total * denergy
    # backprop return math.sqrt(self @ self)         (4)
    dtotal = 0.5 / sqrt_total * dsqrt_total
    # backprop return sum(a * b for a, b in zip(self, other, strict=True))  (3)
    da = 2 * a * dtotal
    da_1 = 2 * a_1 * dtotal
    # backprop return Vector(self.x + other.x, self.y + other.y, self.z + other.z)  (2)
    dy0 += da_1
    dx0 += da
    # backprop return Vector(self.x * scale, self.y * scale, self.z * scale)  (1)
    dy1 -= da_1
    dx1 -= da
    return energy_2, ([dmasses0, dmasses1, dmasses2], [dx0, dx1, dx2], [dy0, dy1, dy2])
