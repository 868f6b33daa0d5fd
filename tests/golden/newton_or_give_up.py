import math


def value_and_grad_newton_or_give_up(a, x):
    # forward pass
    slope = 3.0 * x * x - a                        # (1)
    if abs(slope) < 1e-09:                         # (2)
        raise ZeroDivisionError("flat: choose another start")
    step = (x**3 - a * x - 1.0) / slope            # (3)
    x_1 = x - step                                 # (4)
    condition = abs(step) < 1e-11                  # (5)
    if condition:                                  # (6)
        done = True
        x_2 = x_1
    else:
        slope_1 = 3.0 * x_1 * x_1 - a              # (7)
        if abs(slope_1) < 1e-09:                   # (8)
            raise ZeroDivisionError("flat: choose another start")
        step_1 = (x_1**3 - a * x_1 - 1.0) / slope_1  # (9)
        x_2 = x_1 - step_1                         # (10)
        condition_1 = abs(step_1) < 1e-11          # (11)
        if condition_1:                            # (12)
            done = True
            step_2 = 0.0
            step_3 = 0.0
            step_4 = 0.0
            step_5 = 0.0
            step_6 = 0.0
        else:
            slope_2 = 3.0 * x_2 * x_2 - a          # (13)
            if abs(slope_2) < 1e-09:               # (14)
                raise ZeroDivisionError("flat: choose another start")
            step_2 = (x_2**3 - a * x_2 - 1.0) / slope_2  # (15)
            x_2 -= step_2                          # (16)
            done_1 = abs(step_2) < 1e-11           # (17)
            if done_1:                             # (18)
                done = True
                step_3 = 0.0
                step_4 = 0.0
                step_5 = 0.0
                step_6 = 0.0
            else:
                slope_3 = 3.0 * x_2 * x_2 - a      # (19)
                if abs(slope_3) < 1e-09:           # (20)
                    raise ZeroDivisionError("flat: choose another start")
                step_3 = (x_2**3 - a * x_2 - 1.0) / slope_3  # (21)
                x_2 -= step_3                      # (22)
                done_2 = abs(step_3) < 1e-11       # (23)
                if done_2:                         # (24)
                    done = True
                    step_4 = 0.0
                    step_5 = 0.0
                    step_6 = 0.0
                else:
                    slope_4 = 3.0 * x_2 * x_2 - a  # (25)
                    if abs(slope_4) < 1e-09:       # (26)
                        raise ZeroDivisionError("flat: choose another start")
                    step_4 = (x_2**3 - a * x_2 - 1.0) / slope_4  # (27)
                    x_2 -= step_4                  # (28)
                    done_3 = abs(step_4) < 1e-11   # (29)
                    if done_3:                     # (30)
                        done = True
                        step_5 = 0.0
                        step_6 = 0.0
                    else:
                        slope_5 = 3.0 * x_2 * x_2 - a  # (31)
                        if abs(slope_5) < 1e-09:   # (32)
                            raise ZeroDivisionError("flat: choose another start")
                        step_5 = (x_2**3 - a * x_2 - 1.0) / slope_5  # (33)
                        x_2 -= step_5              # (34)
                        done_4 = abs(step_5) < 1e-11  # (35)
                        if done_4:                 # (36)
                            done = True
                            step_6 = 0.0
                        else:
                            slope_6 = 3.0 * x_2 * x_2 - a  # (37)
                            if abs(slope_6) < 1e-09:  # (38)
                                raise ZeroDivisionError("flat: choose another start")
                            step_6 = (x_2**3 - a * x_2 - 1.0) / slope_6  # (39)
                            x_2 -= step_6          # (40)
                            done_5 = abs(step_6) < 1e-11  # (41)
                            if done_5:             # (42)
                                done = True
                            else:
                                slope_7 = 3.0 * x_2 * x_2 - a  # (43)
                                if abs(slope_7) < 1e-09:  # (44)
                                    raise ZeroDivisionError("flat: choose another start")
                                step_7 = (x_2**3 - a * x_2 - 1.0) / slope_7  # (45)
                                x_2 -= step_7      # (46)
                                done = abs(step_7) < 1e-11  # (47)
    if not done:                                   # (48)
        x_2 = math.nan * x_2                       # (49)
    # backprop for _ in range(8)                     (48)
    dx_2 = 1.0 if done else math.nan
    # backprop return x                              (6)
    if condition:
        da = 0.0
    else:
        x_3 = x_1 - step_1                         # (10)
        # backprop return x                          (12)
        if condition_1:
            da = 0.0
        else:
            x_4 = x_3 - step_2                     # (16)
            # backprop return x                      (18)
            if done_1:
                da = 0.0
            else:
                x_5 = x_4 - step_3                 # (22)
                # backprop return x                  (24)
                if done_2:
                    da = 0.0
                else:
                    x_6 = x_5 - step_4             # (28)
                    # backprop return x              (30)
                    if done_3:
                        da = 0.0
                    else:
                        x_7 = x_6 - step_5         # (34)
                        # backprop return x          (36)
                        if done_4:
                            da = 0.0
                        else:
                            x_8 = x_7 - step_6     # (40)
                            # backprop return x      (42)
                            if done_5:
                                da = 0.0
                            else:
                                # backprop x -= step  (46)
                                dstep_7 = -dx_2
                                slope_1 = 3.0 * x_8 * x_8 - a  # (43)
                                # backprop step = (x**3 - a * x - 1.0) / slope  (45)
                                dx_2 += (3 * x_8**2 - a) / slope_1 * dstep_7
                                da = -x_8 / slope_1 * dstep_7
                                dslope_7 = -step_7 / slope_1 * dstep_7
                                # backprop slope = 3.0 * x * x - a  (43)
                                dx_2 += 6 * x_8 * dslope_7
                                da -= dslope_7
                            # backprop x -= step     (40)
                            dstep_6 = -dx_2
                            slope_1 = 3.0 * x_7 * x_7 - a  # (37)
                            # backprop step = (x**3 - a * x - 1.0) / slope  (39)
                            dx_2 += (3 * x_7**2 - a) / slope_1 * dstep_6
                            da -= x_7 / slope_1 * dstep_6
                            dslope_6 = -step_6 / slope_1 * dstep_6
                            # backprop slope = 3.0 * x * x - a  (37)
                            dx_2 += 6 * x_7 * dslope_6
                            da -= dslope_6
                        # backprop x -= step         (34)
                        dstep_5 = -dx_2
                        slope_1 = 3.0 * x_6 * x_6 - a  # (31)
                        # backprop step = (x**3 - a * x - 1.0) / slope  (33)
                        dx_2 += (3 * x_6**2 - a) / slope_1 * dstep_5
                        da -= x_6 / slope_1 * dstep_5
                        dslope_5 = -step_5 / slope_1 * dstep_5
                        # backprop slope = 3.0 * x * x - a  (31)
                        dx_2 += 6 * x_6 * dslope_5
                        da -= dslope_5
                    # backprop x -= step             (28)
                    dstep_4 = -dx_2
                    slope_1 = 3.0 * x_5 * x_5 - a  # (25)
                    # backprop step = (x**3 - a * x - 1.0) / slope  (27)
                    dx_2 += (3 * x_5**2 - a) / slope_1 * dstep_4
                    da -= x_5 / slope_1 * dstep_4
                    dslope_4 = -step_4 / slope_1 * dstep_4
                    # backprop slope = 3.0 * x * x - a  (25)
                    dx_2 += 6 * x_5 * dslope_4
                    da -= dslope_4
                # backprop x -= step                 (22)
                dstep_3 = -dx_2
                slope_1 = 3.0 * x_4 * x_4 - a      # (19)
                # backprop step = (x**3 - a * x - 1.0) / slope  (21)
                dx_2 += (3 * x_4**2 - a) / slope_1 * dstep_3
                da -= x_4 / slope_1 * dstep_3
                dslope_3 = -step_3 / slope_1 * dstep_3
                # backprop slope = 3.0 * x * x - a   (19)
                dx_2 += 6 * x_4 * dslope_3
                da -= dslope_3
            # backprop x -= step                     (16)
            dstep_2 = -dx_2
            slope_1 = 3.0 * x_3 * x_3 - a          # (13)
            # backprop step = (x**3 - a * x - 1.0) / slope  (15)
            dx_2 += (3 * x_3**2 - a) / slope_1 * dstep_2
            da -= x_3 / slope_1 * dstep_2
            dslope_2 = -step_2 / slope_1 * dstep_2
            # backprop slope = 3.0 * x * x - a       (13)
            dx_2 += 6 * x_3 * dslope_2
            da -= dslope_2
        # backprop x -= step                         (10)
        dstep_1 = -dx_2
        slope_1 = 3.0 * x_1 * x_1 - a              # (7)
        # backprop step = (x**3 - a * x - 1.0) / slope  (9)
        dx_2 += (3 * x_1**2 - a) / slope_1 * dstep_1
        da -= x_1 / slope_1 * dstep_1
        dslope_1 = -step_1 / slope_1 * dstep_1
        # backprop slope = 3.0 * x * x - a           (7)
        dx_2 += 6 * x_1 * dslope_1
        da -= dslope_1
    # backprop x -= step                             (4)
    dstep = -dx_2
    # backprop step = (x**3 - a * x - 1.0) / slope   (3)
    dx_2 += (3 * x**2 - a) / slope * dstep
    da -= x / slope * dstep
    dslope = -step / slope * dstep
    # backprop slope = 3.0 * x * x - a               (1)
    dx_2 += 6 * x * dslope
    da -= dslope
    return x_2, (da, dx_2)
