def value_and_grad_drag_coefficient(reynolds, roughness):
    # forward pass
    mask = reynolds < 0.1                          # (1)
    if mask:
        choice = 24.0 / reynolds                   # (2)
    else:
        choice_1 = reynolds < 1000.0               # (3)
        if choice_1:
            choice_2 = 1.0 + 0.15 * reynolds ** 0.687  # (4)
            choice = 24.0 / reynolds * choice_2
        else:
            choice_3 = roughness > 0.05 and not reynolds > 1000000.0  # (5)
            if choice_3:
                choice = 0.44 * (1.0 + roughness)  # (6)
            else:
                choice = 0.44
    # backprop if reynolds < 0.1                     (1)
    if mask:
        ratio = 24.0 / reynolds                    # (2)
        # backprop return 24.0 / reynolds            (2)
        dreynolds = -ratio / reynolds
        droughness = 0.0
    # backprop if reynolds < 1_000.0                 (3)
    elif choice_1:
        ratio = 24.0 / reynolds                    # (4)
        # backprop return 24.0 / reynolds * (1.0 + 0.15 * reynolds**0.687)  (4)
        dreynolds = 0.687 * reynolds ** -0.31299999999999994 * (0.15 * ratio)
        dreynolds -= ratio / reynolds * choice_2
        droughness = 0.0
    else:
        # backprop if roughness > 0.05 and not reynolds > 1e6  (5)
        if choice_3:
            # backprop return 0.44 * (1.0 + roughness)  (6)
            droughness = 0.44
        else:
            droughness = 0.0
        dreynolds = 0.0
    return choice, (dreynolds, droughness)
