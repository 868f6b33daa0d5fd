def value_and_grad_returns_aux(p):
    a = p["a"]
    b = p["b"]
    # forward pass
    residual = a * 3.0 - b                         # (1)
    loss = residual * residual                     # (2)
    # backprop loss = residual * residual            (2)
    dresidual = 2 * residual
    # backprop residual = p["a"] * 3.0 - p["b"]      (1)
    da = 3 * dresidual
    db = -dresidual
    return (loss, {"residual": residual, "name": "fit"}), {"a": da, "b": db}
