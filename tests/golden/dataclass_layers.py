import numpy as np


def value_and_grad_dataclass_layers(layers, x):
    layers0_W = layers[0].W
    layers0_b = layers[0].b
    layers1_W = layers[1].W
    layers1_b = layers[1].b
    # forward pass
    out = x @ layers0_W + layers0_b                # (1)
    x_1 = np.tanh(out)                             # (2)
    out_1 = x_1 @ layers1_W + layers1_b            # (3)
    result = np.sum(out_1**2)                      # (4)
    # backprop return np.sum(x**2)                   (4)
    dout_1 = 2 * out_1
    # backprop out = x @ self.W + self.b             (3)
    dlayers1_b = np.sum(dout_1, axis=0)
    dx_1 = dout_1 @ layers1_W.T
    dlayers1_W = x_1.T @ dout_1
    # backprop return np.tanh(out) if self.activation == "tanh" else out  (2)
    dout = (1 - x_1**2) * dx_1
    # backprop out = x @ self.W + self.b             (1)
    dlayers0_b = np.sum(dout, axis=0)
    dx = dout @ layers0_W.T
    dlayers0_W = x.T @ dout
    return (
        result,
        (
            [
                {"W": dlayers0_W, "b": dlayers0_b, "activation": "tanh"},
                {"W": dlayers1_W, "b": dlayers1_b, "activation": "none"},
            ],
            dx,
        ),
    )
