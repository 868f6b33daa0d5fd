import numpy as np


def value_and_grad_nested_containers(params, x):
    blocks00 = params["blocks"][0][0]
    blocks010 = params["blocks"][0][1][0]
    blocks011 = params["blocks"][0][1][1]
    blocks10 = params["blocks"][1][0]
    blocks110 = params["blocks"][1][1][0]
    blocks111 = params["blocks"][1][1][1]
    gain = params["gain"]
    # forward pass
    product = x @ blocks00                         # (1)
    out = np.tanh(product) * blocks011 + blocks010
    product_1 = out @ blocks10                     # (2)
    out_1 = np.tanh(product_1) * blocks111 + blocks110
    total = np.sum(out_1)                          # (3)
    result = total * gain + 3
    # backprop return out.sum() * params["gain"] + len(params["name"])  (3)
    dgain = total
    dout_1 = gain
    # backprop out = np.tanh(out @ weights) * scale + shift  (2)
    tanh_product_1 = np.tanh(product_1)
    dproduct_1 = blocks111 * (1 - tanh_product_1**2) * dout_1
    dblocks111 = np.sum(tanh_product_1 * dout_1)
    dblocks110 = np.full(blocks10.shape[1], x.shape[0] * dout_1)
    dout = dproduct_1 @ blocks10.T
    dblocks10 = out.T @ dproduct_1
    # backprop out = np.tanh(out @ weights) * scale + shift  (1)
    tanh_product = np.tanh(product)
    dproduct = blocks011 * (1 - tanh_product**2) * dout
    dblocks011 = np.sum(tanh_product * dout)
    dblocks010 = np.sum(dout, axis=0)
    dx = dproduct @ blocks00.T
    dblocks00 = x.T @ dproduct
    return (
        result,
        (
            {
                "blocks": [
                    (dblocks00, (dblocks010, dblocks011)), (dblocks10, [dblocks110, dblocks111])
                ],
                "gain": dgain,
                "name": "net",
            },
            dx,
        ),
    )
