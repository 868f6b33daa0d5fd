import math


def value_and_grad_pendulum(theta, omega, *, dt=0.05):
    # forward pass
    acceleration = -6.54 * math.sin(theta)         # (1)
    omega_1 = omega + 0.5 * dt * acceleration      # (2)
    theta_1 = theta + dt * omega_1                 # (3)
    acceleration_1 = -6.54 * math.sin(theta_1)     # (4)
    omega_2 = omega_1 + 0.5 * dt * acceleration_1  # (5)
    acceleration_2 = -6.54 * math.sin(theta_1)     # (6)
    omega_3 = omega_2 + 0.5 * dt * acceleration_2  # (7)
    theta_2 = theta_1 + dt * omega_3               # (8)
    acceleration_3 = -6.54 * math.sin(theta_2)     # (9)
    omega_4 = omega_3 + 0.5 * dt * acceleration_3  # (10)
    acceleration_4 = -6.54 * math.sin(theta_2)     # (11)
    omega_5 = omega_4 + 0.5 * dt * acceleration_4  # (12)
    theta_3 = theta_2 + dt * omega_5               # (13)
    acceleration_5 = -6.54 * math.sin(theta_3)     # (14)
    omega_6 = omega_5 + 0.5 * dt * acceleration_5  # (15)
    acceleration_6 = -6.54 * math.sin(theta_3)     # (16)
    omega_7 = omega_6 + 0.5 * dt * acceleration_6  # (17)
    theta_4 = theta_3 + dt * omega_7               # (18)
    acceleration_7 = -6.54 * math.sin(theta_4)     # (19)
    omega_8 = omega_7 + 0.5 * dt * acceleration_7  # (20)
    acceleration_8 = -6.54 * math.sin(theta_4)     # (21)
    omega_9 = omega_8 + 0.5 * dt * acceleration_8  # (22)
    theta_5 = theta_4 + dt * omega_9               # (23)
    acceleration_9 = -6.54 * math.sin(theta_5)     # (24)
    omega_10 = omega_9 + 0.5 * dt * acceleration_9  # (25)
    acceleration_10 = -6.54 * math.sin(theta_5)    # (26)
    omega_11 = omega_10 + 0.5 * dt * acceleration_10  # (27)
    theta_6 = theta_5 + dt * omega_11              # (28)
    acceleration_11 = -6.54 * math.sin(theta_6)    # (29)
    omega_12 = omega_11 + 0.5 * dt * acceleration_11  # (30)
    result = theta_6**2 + 0.1 * omega_12**2        # (31)
    # backprop return theta**2 + 0.1 * omega**2      (31)
    dtheta_6 = 2 * theta_6
    domega_12 = 0.2 * omega_12
    # backprop omega += 0.5 * dt * acceleration(theta, length=1.5)  (30)
    domega_11 = domega_12
    dacceleration_11 = 0.5 * dt * domega_12
    # backprop return -g / length * math.sin(angle)  (29)
    dtheta_6 -= 6.54 * math.cos(theta_6) * dacceleration_11
    # backprop theta += dt * omega                   (28)
    dtheta_5 = dtheta_6
    domega_11 += dt * dtheta_6
    # backprop omega += 0.5 * dt * acceleration(theta)  (27)
    domega_10 = domega_11
    dacceleration_10 = 0.5 * dt * domega_11
    # backprop return -g / length * math.sin(angle)  (26)
    dtheta_5 -= 6.54 * math.cos(theta_5) * dacceleration_10
    # backprop omega += 0.5 * dt * acceleration(theta, length=1.5)  (25)
    domega_9 = domega_10
    dacceleration_9 = 0.5 * dt * domega_10
    # backprop return -g / length * math.sin(angle)  (24)
    dtheta_5 -= 6.54 * math.cos(theta_5) * dacceleration_9
    # backprop theta += dt * omega                   (23)
    dtheta_4 = dtheta_5
    domega_9 += dt * dtheta_5
    # backprop omega += 0.5 * dt * acceleration(theta)  (22)
    domega_8 = domega_9
    dacceleration_8 = 0.5 * dt * domega_9
    # backprop return -g / length * math.sin(angle)  (21)
    dtheta_4 -= 6.54 * math.cos(theta_4) * dacceleration_8
    # backprop omega += 0.5 * dt * acceleration(theta, length=1.5)  (20)
    domega_7 = domega_8
    dacceleration_7 = 0.5 * dt * domega_8
    # backprop return -g / length * math.sin(angle)  (19)
    dtheta_4 -= 6.54 * math.cos(theta_4) * dacceleration_7
    # backprop theta += dt * omega                   (18)
    dtheta_3 = dtheta_4
    domega_7 += dt * dtheta_4
    # backprop omega += 0.5 * dt * acceleration(theta)  (17)
    domega_6 = domega_7
    dacceleration_6 = 0.5 * dt * domega_7
    # backprop return -g / length * math.sin(angle)  (16)
    dtheta_3 -= 6.54 * math.cos(theta_3) * dacceleration_6
    # backprop omega += 0.5 * dt * acceleration(theta, length=1.5)  (15)
    domega_5 = domega_6
    dacceleration_5 = 0.5 * dt * domega_6
    # backprop return -g / length * math.sin(angle)  (14)
    dtheta_3 -= 6.54 * math.cos(theta_3) * dacceleration_5
    # backprop theta += dt * omega                   (13)
    dtheta_2 = dtheta_3
    domega_5 += dt * dtheta_3
    # backprop omega += 0.5 * dt * acceleration(theta)  (12)
    domega_4 = domega_5
    dacceleration_4 = 0.5 * dt * domega_5
    # backprop return -g / length * math.sin(angle)  (11)
    dtheta_2 -= 6.54 * math.cos(theta_2) * dacceleration_4
    # backprop omega += 0.5 * dt * acceleration(theta, length=1.5)  (10)
    domega_3 = domega_4
    dacceleration_3 = 0.5 * dt * domega_4
    # backprop return -g / length * math.sin(angle)  (9)
    dtheta_2 -= 6.54 * math.cos(theta_2) * dacceleration_3
    # backprop theta += dt * omega                   (8)
    dtheta_1 = dtheta_2
    domega_3 += dt * dtheta_2
    # backprop omega += 0.5 * dt * acceleration(theta)  (7)
    domega_2 = domega_3
    dacceleration_2 = 0.5 * dt * domega_3
    # backprop return -g / length * math.sin(angle)  (6)
    dtheta_1 -= 6.54 * math.cos(theta_1) * dacceleration_2
    # backprop omega += 0.5 * dt * acceleration(theta, length=1.5)  (5)
    domega_1 = domega_2
    dacceleration_1 = 0.5 * dt * domega_2
    # backprop return -g / length * math.sin(angle)  (4)
    dtheta_1 -= 6.54 * math.cos(theta_1) * dacceleration_1
    # backprop theta += dt * omega                   (3)
    dtheta = dtheta_1
    domega_1 += dt * dtheta_1
    # backprop omega += 0.5 * dt * acceleration(theta)  (2)
    domega = domega_1
    dacceleration = 0.5 * dt * domega_1
    # backprop return -g / length * math.sin(angle)  (1)
    dtheta -= 6.54 * math.cos(theta) * dacceleration
    return result, (dtheta, domega)
