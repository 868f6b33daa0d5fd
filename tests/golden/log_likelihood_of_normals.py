import math


def value_and_grad_log_likelihood_of_normals(params, data):
    mu = params["mu"]
    log_sigma = params["log_sigma"]
    data0 = data[0]
    data1 = data[1]
    data2 = data[2]
    # forward pass
    sigma = math.exp(log_sigma)                    # (1)
    z = (data0 - mu) / sigma                       # (2)
    log_pdf = -0.5 * z * z - math.log(sigma) - 0.9189385332046727  # (3)
    z_1 = (data1 - mu) / sigma                     # (4)
    log_pdf_1 = -0.5 * z_1 * z_1 - math.log(sigma) - 0.9189385332046727  # (5)
    z_2 = (data2 - mu) / sigma                     # (6)
    log_pdf_2 = -0.5 * z_2 * z_2 - math.log(sigma) - 0.9189385332046727  # (7)
    result = -(0 + log_pdf + log_pdf_1 + log_pdf_2) / 3  # (8)
    # backprop return -sum(log_pdf(x) for x in data) / len(data)  (8)
    dnegative = 1 / 3
    # backprop return -0.5 * z * z - math.log(sigma) - 0.5 * math.log(2 * math.pi)  (7)
    dz_2 = z_2 / 3
    dsigma = dnegative / sigma
    # backprop z = (x - mu) / sigma                  (6)
    dmu = -dz_2 / sigma
    dsigma -= z_2 / sigma * dz_2
    # backprop return -0.5 * z * z - math.log(sigma) - 0.5 * math.log(2 * math.pi)  (5)
    dz_1 = z_1 / 3
    dsigma += dnegative / sigma
    # backprop z = (x - mu) / sigma                  (4)
    dmu -= dz_1 / sigma
    dsigma -= z_1 / sigma * dz_1
    # backprop return -0.5 * z * z - math.log(sigma) - 0.5 * math.log(2 * math.pi)  (3)
    dz = z / 3
    dsigma += dnegative / sigma
    # backprop z = (x - mu) / sigma                  (2)
    dmu -= dz / sigma
    dsigma -= z / sigma * dz
    # backprop sigma = math.exp(log_sigma)           (1)
    dlog_sigma = sigma * dsigma
    return result, {"mu": dmu, "log_sigma": dlog_sigma}
