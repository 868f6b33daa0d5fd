import math


def value_and_grad_newton_or_give_up(a, x):
    # forward pass
    slope = 3.0 * x * x - a                        # (1)
    mask = abs(slope) < 1e-09                      # (2)
    if mask:                                       # (3)
        raise ZeroDivisionError('flat: choose another start')
    step = (x**3 - a * x - 1.0) / slope            # (4)
    x_1 = x - step                                 # (5)
    mask_1 = abs(step) < 1e-11                     # (6)
    if mask_1:                                     # (7)
        choice = True
        x_2 = x_1
    else:
        slope_1 = 3.0 * x_1 * x_1 - a              # (8)
        mask_2 = abs(slope_1) < 1e-09              # (9)
        if mask_2:                                 # (10)
            raise ZeroDivisionError('flat: choose another start')
        step_1 = (x_1**3 - a * x_1 - 1.0) / slope_1  # (11)
        x_2 = x_1 - step_1                         # (12)
        choice_1 = abs(step_1) < 1e-11             # (13)
        if choice_1:                               # (14)
            choice = True
        else:
            slope_2 = 3.0 * x_2 * x_2 - a          # (15)
            mask_3 = abs(slope_2) < 1e-09          # (16)
            if mask_3:                             # (17)
                raise ZeroDivisionError('flat: choose another start')
            step_2 = (x_2**3 - a * x_2 - 1.0) / slope_2  # (18)
            x_2 = x_2 - step_2                     # (19)
            choice_2 = abs(step_2) < 1e-11         # (20)
            if choice_2:                           # (21)
                choice = True
            else:
                slope_3 = 3.0 * x_2 * x_2 - a      # (22)
                mask_4 = abs(slope_3) < 1e-09      # (23)
                if mask_4:                         # (24)
                    raise ZeroDivisionError('flat: choose another start')
                step_3 = (x_2**3 - a * x_2 - 1.0) / slope_3  # (25)
                x_2 = x_2 - step_3                 # (26)
                choice_3 = abs(step_3) < 1e-11     # (27)
                if choice_3:                       # (28)
                    choice = True
                else:
                    slope_4 = 3.0 * x_2 * x_2 - a  # (29)
                    mask_5 = abs(slope_4) < 1e-09  # (30)
                    if mask_5:                     # (31)
                        raise ZeroDivisionError('flat: choose another start')
                    step_4 = (x_2**3 - a * x_2 - 1.0) / slope_4  # (32)
                    x_2 = x_2 - step_4             # (33)
                    choice_4 = abs(step_4) < 1e-11  # (34)
                    if choice_4:                   # (35)
                        choice = True
                    else:
                        slope_5 = 3.0 * x_2 * x_2 - a  # (36)
                        mask_6 = abs(slope_5) < 1e-09  # (37)
                        if mask_6:                 # (38)
                            raise ZeroDivisionError('flat: choose another start')
                        step_5 = (x_2**3 - a * x_2 - 1.0) / slope_5  # (39)
                        x_2 = x_2 - step_5         # (40)
                        choice_5 = abs(step_5) < 1e-11  # (41)
                        if choice_5:               # (42)
                            choice = True
                        else:
                            slope_6 = 3.0 * x_2 * x_2 - a  # (43)
                            mask_7 = abs(slope_6) < 1e-09  # (44)
                            if mask_7:             # (45)
                                raise ZeroDivisionError('flat: choose another start')
                            step_6 = (x_2**3 - a * x_2 - 1.0) / slope_6  # (46)
                            x_2 = x_2 - step_6     # (47)
                            choice_6 = abs(step_6) < 1e-11  # (48)
                            if choice_6:           # (49)
                                choice = True
                            else:
                                slope_7 = 3.0 * x_2 * x_2 - a  # (50)
                                mask_8 = abs(slope_7) < 1e-09  # (51)
                                if mask_8:         # (52)
                                    raise ZeroDivisionError('flat: choose another start')
                                step_7 = (x_2**3 - a * x_2 - 1.0) / slope_7  # (53)
                                x_2 = x_2 - step_7  # (54)
                                choice = abs(step_7) < 1e-11  # (55)
    if not choice:                                 # (56)
        x_2 = math.nan * x_2                       # (57)
    # backprop for _ in range(8)                     (56)
    if choice:
        dx_2 = 1.0
    else:
        # backprop return math.nan * x               (57)
        dx_2 = math.nan
    # backprop return x                              (7)
    if mask_1:
        da = 0.0
    else:
        x_3 = x_1 - step_1                         # (12)
        # backprop return x                          (14)
        if choice_1:
            da = 0.0
        else:
            x_4 = x_3 - step_2                     # (19)
            # backprop return x                      (21)
            if choice_2:
                da = 0.0
            else:
                x_5 = x_4 - step_3                 # (26)
                # backprop return x                  (28)
                if choice_3:
                    da = 0.0
                else:
                    x_6 = x_5 - step_4             # (33)
                    # backprop return x              (35)
                    if choice_4:
                        da = 0.0
                    else:
                        x_7 = x_6 - step_5         # (40)
                        # backprop return x          (42)
                        if choice_5:
                            da = 0.0
                        else:
                            x_8 = x_7 - step_6     # (47)
                            # backprop return x      (49)
                            if choice_6:
                                da = 0.0
                            else:
                                # backprop x -= step  (54)
                                dstep_7 = -dx_2
                                slope_1 = 3.0 * x_8 * x_8 - a  # (50)
                                # backprop step = (x**3 - a * x - 1.0) / slope  (53)
                                dx_2 += (3 * x_8**2 - a) / slope_1 * dstep_7
                                da = -x_8 / slope_1 * dstep_7
                                dslope_7 = -step_7 / slope_1 * dstep_7
                                # backprop slope = 3.0 * x * x - a  (50)
                                dx_2 += 6 * x_8 * dslope_7
                                da -= dslope_7
                            # backprop x -= step     (47)
                            dstep_6 = -dx_2
                            slope_1 = 3.0 * x_7 * x_7 - a  # (43)
                            # backprop step = (x**3 - a * x - 1.0) / slope  (46)
                            dx_2 += (3 * x_7**2 - a) / slope_1 * dstep_6
                            da -= x_7 / slope_1 * dstep_6
                            dslope_6 = -step_6 / slope_1 * dstep_6
                            # backprop slope = 3.0 * x * x - a  (43)
                            dx_2 += 6 * x_7 * dslope_6
                            da -= dslope_6
                        # backprop x -= step         (40)
                        dstep_5 = -dx_2
                        slope_1 = 3.0 * x_6 * x_6 - a  # (36)
                        # backprop step = (x**3 - a * x - 1.0) / slope  (39)
                        dx_2 += (3 * x_6**2 - a) / slope_1 * dstep_5
                        da -= x_6 / slope_1 * dstep_5
                        dslope_5 = -step_5 / slope_1 * dstep_5
                        # backprop slope = 3.0 * x * x - a  (36)
                        dx_2 += 6 * x_6 * dslope_5
                        da -= dslope_5
                    # backprop x -= step             (33)
                    dstep_4 = -dx_2
                    slope_1 = 3.0 * x_5 * x_5 - a  # (29)
                    # backprop step = (x**3 - a * x - 1.0) / slope  (32)
                    dx_2 += (3 * x_5**2 - a) / slope_1 * dstep_4
                    da -= x_5 / slope_1 * dstep_4
                    dslope_4 = -step_4 / slope_1 * dstep_4
                    # backprop slope = 3.0 * x * x - a  (29)
                    dx_2 += 6 * x_5 * dslope_4
                    da -= dslope_4
                # backprop x -= step                 (26)
                dstep_3 = -dx_2
                slope_1 = 3.0 * x_4 * x_4 - a      # (22)
                # backprop step = (x**3 - a * x - 1.0) / slope  (25)
                dx_2 += (3 * x_4**2 - a) / slope_1 * dstep_3
                da -= x_4 / slope_1 * dstep_3
                dslope_3 = -step_3 / slope_1 * dstep_3
                # backprop slope = 3.0 * x * x - a   (22)
                dx_2 += 6 * x_4 * dslope_3
                da -= dslope_3
            # backprop x -= step                     (19)
            dstep_2 = -dx_2
            slope_1 = 3.0 * x_3 * x_3 - a          # (15)
            # backprop step = (x**3 - a * x - 1.0) / slope  (18)
            dx_2 += (3 * x_3**2 - a) / slope_1 * dstep_2
            da -= x_3 / slope_1 * dstep_2
            dslope_2 = -step_2 / slope_1 * dstep_2
            # backprop slope = 3.0 * x * x - a       (15)
            dx_2 += 6 * x_3 * dslope_2
            da -= dslope_2
        # backprop x -= step                         (12)
        dstep_1 = -dx_2
        slope_1 = 3.0 * x_1 * x_1 - a              # (8)
        # backprop step = (x**3 - a * x - 1.0) / slope  (11)
        dx_2 += (3 * x_1**2 - a) / slope_1 * dstep_1
        da -= x_1 / slope_1 * dstep_1
        dslope_1 = -step_1 / slope_1 * dstep_1
        # backprop slope = 3.0 * x * x - a           (8)
        dx_2 += 6 * x_1 * dslope_1
        da -= dslope_1
    # backprop x -= step                             (5)
    dstep = -dx_2
    # backprop step = (x**3 - a * x - 1.0) / slope   (4)
    dx_2 += (3 * x**2 - a) / slope * dstep
    da -= x / slope * dstep
    dslope = -step / slope * dstep
    # backprop slope = 3.0 * x * x - a               (1)
    dx_2 += 6 * x * dslope
    da -= dslope
    return x_2, (da, dx_2)
