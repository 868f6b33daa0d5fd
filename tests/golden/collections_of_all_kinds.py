def value_and_grad_collections_of_all_kinds(x, y):
    # forward pass
    value = x * y                                  # (1)
    total = 0 + x + value                          # (2)
    total_1 = 0 + y
    result = 1 * y * total + total_1**2            # (3)
    # backprop return math.prod(window) + ordered["b"] ** 2  (3)
    dy = total
    dtotal_1 = 2 * total_1
    # backprop ordered = OrderedDict((k, sum(v)) for k, v in groups.items())  (2)
    dy += dtotal_1
    dx = y
    dvalue = y
    # backprop for name, value in (("a", x), ("b", y), ("a", x * y))  (1)
    dx += y * dvalue
    dy += x * dvalue
    return result, (dx, dy)
