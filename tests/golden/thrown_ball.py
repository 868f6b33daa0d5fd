import math


def value_and_grad_thrown_ball(speed, angle, drag):
    # forward pass
    u = speed * math.cos(angle)                    # (1)
    v = speed * math.sin(angle)
    sizes = []  # kept for the reverse
    kept_u = []  # kept for the reverse
    kept_v = []  # kept for the reverse
    x = 0.0                                        # (2)
    y = 0.0
    done = False
    turns = 0
    while True:
        kept_u.append(u)
        kept_v.append(v)
        size = math.hypot(u, v)                    # (3)
        sizes.append(size)
        u -= 0.05 * drag * size * u                # (4)
        v -= 0.05 * (9.81 + drag * size * v)       # (5)
        y_1 = y + 0.05 * v                         # (6)
        turns += 1                                 # (2)
        x, y, done, x_old, y_old = x + 0.05 * u, y_1, True, x, y
        if y_1 < 0.0:                              # (7)
            break
    if not done:                                   # (8)
        raise UnboundLocalError(
            "cannot access local variable 'y_old' where it is not associated with a value"
        )
    part = y_old / (y_old - y)
    result = x_old + part * (x - x_old)            # (9)
    # backprop return x_old + part * (x - x_old)     (9)
    dx_old = 1 - part
    dpart = x - x_old
    dx = part
    # backprop part = y_old / (y_old - y)            (8)
    dy_old = (1 - part) / (y_old - y) * dpart
    dy = part / (y_old - y) * dpart
    # backprop break                                 (2)
    du = 0.0
    dv = 0.0
    ddrag = 0.0
    for _ in range(turns):
        size = sizes.pop()
        v_1 = kept_v.pop()
        u_1 = kept_u.pop()
        product = 0.05 * drag * size               # (4)
        # backprop x, y = x + dt * u, y + dt * v     (6)
        dv += 0.05 * dy
        dy += dy_old
        du += 0.05 * dx
        dx += dx_old
        # backprop v -= dt * (9.81 + drag * size * v)  (5)
        ddrag -= 0.05 * v_1 * size * dv
        dsize = -0.05 * v_1 * drag * dv
        dv *= 1 - product
        # backprop u -= dt * drag * size * u         (4)
        ddrag -= 0.05 * u_1 * size * du
        dsize -= 0.05 * u_1 * drag * du
        du *= 1 - product
        # backprop size = math.hypot(u, v)           (3)
        du += 0.0 if size == 0 else u_1 / size * dsize
        dv += 0.0 if size == 0 else v_1 / size * dsize
        dx_old = 0.0
        dy_old = 0.0
    # backprop u, v = speed * math.cos(angle), speed * math.sin(angle)  (1)
    dspeed = math.sin(angle) * dv
    dangle = speed * math.cos(angle) * dv
    dspeed += math.cos(angle) * du
    dangle -= speed * math.sin(angle) * du
    return result, (dspeed, dangle, ddrag)
