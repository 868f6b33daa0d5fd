import numpy as np


def value_and_grad_convolution(image, kernel):
    # forward pass
    rows = image.shape[0] - kernel.shape[0] + 1    # (1)
    columns = image.shape[1] - kernel.shape[1] + 1
    out = np.zeros((rows, columns))                # (2)
    for i in range(rows):                          # (3)
        for j in range(columns):                   # (4)
            for di in range(kernel.shape[0]):      # (5)
                for dj in range(kernel.shape[1]):  # (6)
                    out[i, j] += kernel[di, dj] * image[i + di, j + dj]  # (7)
    larger = np.maximum(out, 0.0)                  # (8)
    result = np.sum(larger**2)
    # backprop return np.sum(np.maximum(out, 0.0) ** 2)  (8)
    dlarger = 2 * larger
    dout = np.where(out > 0.0, dlarger, np.where(out == 0.0, 0.5 * dlarger, 0.0))
    # backprop for i in range(rows)                  (3)
    dkernel = np.zeros_like(kernel)
    dimage = np.zeros_like(image)
    for i in range(rows):
        # backprop for j in range(columns)           (4)
        for j in range(columns):
            # backprop for di in range(kernel.shape[0])  (5)
            for di in range(kernel.shape[0]):
                # backprop for dj in range(kernel.shape[1])  (6)
                for dj in range(kernel.shape[1]):
                    # backprop out[i, j] += kernel[di, dj] * image[i + di, j + dj]  (7)
                    dimage[i + di, j + dj] += kernel[di, dj] * dout[i, j]
                    dkernel[di, dj] += image[i + di, j + dj] * dout[i, j]
    return result, (dimage, dkernel)
