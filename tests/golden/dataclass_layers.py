import numpy as np


def value_and_grad_dataclass_layers(layers, x):
    W = layers[0].W
    b = layers[0].b
    W_1_ = layers[1].W
    b_1_ = layers[1].b
    # forward pass
    out = x @ W + b                                # (1)
    x_1 = np.tanh(out)                             # (2)
    out_1 = x_1 @ W_1_ + b_1_                      # (3)
    result = np.sum(out_1**2)                      # (4)
    # backprop return np.sum(x**2)                   (4)
    dout_1 = 2 * out_1
    # backprop out = x @ self.W + self.b             (3)
    db_1_ = np.sum(dout_1, axis=0)
    dx_1 = dout_1 @ W_1_.T
    dW_1_ = x_1.T @ dout_1
    # backprop return np.tanh(out) if self.activation == "tanh" else out  (2)
    dout = (1 - x_1**2) * dx_1
    # backprop out = x @ self.W + self.b             (1)
    db = np.sum(dout, axis=0)
    dx = dout @ W.T
    dW = x.T @ dout
    return (
        result,
        (
            [
                {"W": dW, "b": db, "activation": "tanh"},
                {"W": dW_1_, "b": db_1_, "activation": "none"},
            ],
            dx,
        ),
    )
