def value_and_grad_largest_and_smallest(x, y, z):
    # forward pass
    y_above_x = y > x                              # (1)
    choice = y if y_above_x else x
    z_above_choice = z > choice
    y_below_x = y < x
    choice_1 = y if y_below_x else x
    z_below_choice_1 = z < choice_1
    spread = (z if z_above_choice else choice) - (z if z_below_choice_1 else choice_1)
    z_above_y = z > y                              # (2)
    choice_2 = z if z_above_y else y
    choice_2_above_x = choice_2 > x
    y_below_x_1 = y < x
    choice_3 = y if y_below_x_1 else x
    z_below_choice_3 = z < choice_3
    middle = (
        x + y + z - (choice_2 if choice_2_above_x else x) - (z if z_below_choice_3 else choice_3)
    )
    product = x * y                                # (3)
    z_above_product = z > product
    result = spread * middle + (z if z_above_product else product)
    # backprop return spread * middle + max([x * y, z])  (3)
    dspread = middle
    dmiddle = spread
    dz = 1.0 if z_above_product else 0.0
    dx = 0.0 if z_above_product else y
    dy = 0.0 if z_above_product else x
    # backprop middle = x + y + z - max(x, max(y, z)) - min(min(x, y), z)  (2)
    dx += dmiddle
    dy += dmiddle
    dz += dmiddle
    dchoice_4 = -dmiddle
    dchoice_5 = -dmiddle
    dz += dchoice_5 if z_below_choice_3 else 0.0
    dchoice_3 = 0.0 if z_below_choice_3 else dchoice_5
    dy += dchoice_3 if y_below_x_1 else 0.0
    dx += 0.0 if y_below_x_1 else dchoice_3
    dchoice_2 = dchoice_4 if choice_2_above_x else 0.0
    dx += 0.0 if choice_2_above_x else dchoice_4
    dz += dchoice_2 if z_above_y else 0.0
    dy += 0.0 if z_above_y else dchoice_2
    # backprop spread = max(x, y, z) - min(x, y, z)  (1)
    dchoice_6 = -dspread
    dz += dchoice_6 if z_below_choice_1 else 0.0
    dchoice_1 = 0.0 if z_below_choice_1 else dchoice_6
    dy += dchoice_1 if y_below_x else 0.0
    dx += 0.0 if y_below_x else dchoice_1
    dz += dspread if z_above_choice else 0.0
    dchoice = 0.0 if z_above_choice else dspread
    dy += dchoice if y_above_x else 0.0
    dx += 0.0 if y_above_x else dchoice
    return result, (dx, dy, dz)
