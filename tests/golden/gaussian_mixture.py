import numpy as np


def value_and_grad_gaussian_mixture(alphas, means, icf, x):
    # forward pass
    logs = np.sum(icf[:, None] * 0.0, axis=1)      # (1)
    logs_1 = logs + icf[0]                         # (2)
    logs_2 = logs_1 + icf[1]                       # (3)
    exp_icf = np.exp(icf)                          # (4)
    scaled = (x[:, None] - means[None]) * exp_icf
    inner = alphas - 0.5 * np.sum(scaled * scaled, axis=2) + np.sum(icf, axis=1)  # (5)
    top = np.max(inner, axis=1, keepdims=True)     # (6)
    exp = np.exp(inner - top)                      # (7)
    total = np.sum(exp, axis=1)
    per_point = np.log(total) + np.squeeze(top, axis=1)
    largest = np.max(alphas)                       # (8)
    exp_1 = np.exp(alphas - largest)
    total_1 = np.sum(exp_1)
    largest_1 = np.max(alphas)
    normaliser = np.log(total_1) + largest_1
    result = np.sum(per_point) - x.shape[0] * normaliser + np.mean(logs_2)  # (9)
    # backprop return np.sum(per_point) - x.shape[0] * normaliser + np.mean(logs)  (9)
    dnormaliser = float(-x.shape[0])
    dlogs_2 = 1.0 / (alphas.shape[0] * means.shape[1])
    dper_point = 1.0
    # backprop normaliser = np.log(np.sum(np.exp(alphas - np.max(alphas)))) + np.max(alphas)  (8)
    dtotal_1 = dnormaliser / total_1
    alphas_is_largest_1 = alphas == largest_1
    dalphas = np.where(alphas_is_largest_1, dnormaliser / np.sum(alphas_is_largest_1), 0.0)
    dalphas += exp_1 * dtotal_1
    alphas_is_largest = alphas == largest
    dalphas += np.where(alphas_is_largest, np.sum(-exp_1 * dtotal_1) / np.sum(alphas_is_largest), 0.0)
    # backprop per_point = np.log(np.sum(np.exp(inner - top), axis=1)) + np.squeeze(top, axis=1)  (7)
    dtop = dper_point
    dinner = exp * (dper_point / total)[:, None]
    dtop = dtop + np.sum(-exp * (dper_point / total)[:, None], axis=1, keepdims=True)
    # backprop top = np.max(inner, axis=1, keepdims=True)  (6)
    inner_is_top = inner == top
    dinner += np.where(inner_is_top, dtop / np.sum(inner_is_top, axis=1, keepdims=True), 0.0)
    # backprop inner = alphas - 0.5 * np.sum(scaled * scaled, axis=2) + np.sum(icf, axis=-1)  (5)
    dtotal_2 = np.sum(dinner, axis=0)
    dalphas += dtotal_2
    dicf = np.broadcast_to(dtotal_2[:, None], means.shape)
    dscaled = 2 * scaled * (-0.5 * dinner)[:, :, None]
    # backprop scaled = (x[:, None, :] - means[None, :, :]) * np.exp(icf)  (4)
    dicf = dicf + exp_icf * np.sum((x[:, None] - means[None]) * dscaled, axis=0)
    dmeans = np.sum(-exp_icf * dscaled, axis=0)
    # backprop logs = logs + icf[k]                  (3)
    dlogs_1 = dlogs_2
    dicf[1] += alphas.shape[0] * dlogs_2
    # backprop logs = logs + icf[k]                  (2)
    dicf[0] += alphas.shape[0] * dlogs_1
    return result, (dalphas, dmeans, dicf)
