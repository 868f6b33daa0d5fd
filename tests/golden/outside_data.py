def value_and_grad_outside_data(w, *, DATA, TARGET):
    # forward pass
    residual = DATA @ w - TARGET                   # (1)
    result = residual @ residual / len(TARGET)     # (2)
    # backprop return residual @ residual / len(TARGET)  (2)
    dresidual = residual / len(TARGET)
    dresidual = dresidual + dresidual
    # backprop residual = DATA @ w - TARGET          (1)
    dw = DATA.T @ dresidual
    return result, dw
