import numpy as np


def value_and_grad_double_exponential_smoothing(alpha, beta, series):
    # forward pass
    level = series[0]                              # (1)
    trend = series[1] - series[0]
    levels = np.empty(max(len(series) - 1, 0))  # kept for the reverse
    trends = np.empty(max(len(series) - 1, 0))  # kept for the reverse
    loss = 0.0                                     # (2)
    for t in range(1, len(series)):
        levels[t - 1] = level
        trends[t - 1] = trend
        forecast = level + trend                   # (3)
        loss += (series[t] - forecast) ** 2        # (4)
        level_1 = alpha * series[t] + (1.0 - alpha) * forecast  # (5)
        trend = beta * (level_1 - level) + (1.0 - beta) * trend  # (6)
        level = level_1
    # backprop for t in range(1, len(series))        (2)
    dseries = np.zeros_like(series)
    dlevel = 0.0
    dtrend = 0.0
    dalpha = 0.0
    dbeta = 0.0
    for t in range(len(series) - 1, 0, -1):
        level_1 = levels[t - 1]
        trend_1 = trends[t - 1]
        forecast = level_1 + trend_1               # (3)
        difference = series[t] - forecast          # (4)
        difference_1 = 1.0 - alpha                 # (5)
        level_2 = alpha * series[t] + difference_1 * forecast
        # backprop trend = beta * (level - previous) + (1.0 - beta) * trend  (6)
        dbeta += (level_2 - level_1 - trend_1) * dtrend
        dlevel += beta * dtrend
        dlevel_ = -beta * dtrend
        dtrend *= 1.0 - beta
        # backprop previous, level = level, alpha * series[t] + (1.0 - alpha) * forecast  (5)
        dalpha += (series[t] - forecast) * dlevel
        dforecast = difference_1 * dlevel
        dseries[t] += alpha * dlevel
        # backprop loss += (series[t] - forecast) ** 2  (4)
        dforecast -= 2 * difference
        dseries[t] += 2 * difference
        # backprop forecast = level + trend          (3)
        dlevel_ += dforecast
        dtrend += dforecast
        dlevel = dlevel_
    # backprop level, trend, loss = series[0], series[1] - series[0], 0.0  (1)
    dseries[0] -= dtrend
    dseries[1] += dtrend
    dseries[0] += dlevel
    return loss, (dalpha, dbeta, dseries)
