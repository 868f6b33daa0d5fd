import numpy as np


def value_and_grad_tracking(transition, noise, observations):
    # forward pass
    mean = np.zeros(3)                             # (1)
    covariance = np.eye(3)
    tapes = np.empty((observations.shape[0], 2, 3))  # kept for the reverse
    products = np.empty((observations.shape[0], 3, 3))  # kept for the reverse
    covariances = np.empty((observations.shape[0], 3, 3))  # kept for the reverse
    exp_noises = np.empty(observations.shape[0])  # kept for the reverse
    solutions = np.empty((observations.shape[0], 2, 3))  # kept for the reverse
    innovations = np.empty(observations.shape)  # kept for the reverse
    means = np.empty((observations.shape[0], 3))  # kept for the reverse
    kept_S = np.empty((observations.shape[0], 2, 2))  # kept for the reverse
    determinants = np.empty(observations.shape[0])  # kept for the reverse
    solutions_1 = np.empty(observations.shape)  # kept for the reverse
    loss = 0.0                                     # (2)
    for i in range(observations.shape[0]):
        covariances[i] = covariance
        means[i] = mean
        y = observations[i]
        mean = transition @ mean                   # (3)
        product = transition @ covariance          # (4)
        products[i] = product
        exp_noise = np.exp(noise)
        exp_noises[i] = exp_noise
        covariance = product @ transition.T + exp_noise * np.eye(3)
        S = covariance[:2, :2] + 0.1 * np.eye(2)   # (5)
        kept_S[i] = S
        innovation = y - mean[:2]                  # (6)
        innovations[i] = innovation
        solution = np.linalg.solve(S, innovation)  # (7)
        solutions_1[i] = solution
        determinant = np.linalg.det(S)
        determinants[i] = determinant
        loss += 0.5 * innovation @ solution + 0.5 * np.log(determinant)
        solution_1 = np.linalg.solve(S, covariance[:2])  # (8)
        solutions[i] = solution_1
        gain = solution_1.T
        mean = mean + gain @ innovation            # (9)
        tapes[i] = covariance[:2]                  # (10)
        covariance = covariance - gain @ covariance[:2]
    # backprop for y in observations                 (2)
    dmean = np.zeros_like(mean)
    dcovariance = np.zeros_like(covariance)
    dtransition = np.zeros_like(transition)
    dnoise = 0.0
    for i in range(observations.shape[0] - 1, -1, -1):
        kept = tapes[i]
        solution_1 = solutions[i]
        innovation = innovations[i]
        S = kept_S[i]
        determinant = determinants[i]
        solution = solutions_1[i]
        exp_noise = exp_noises[i]
        product = products[i]
        covariance_1 = covariances[i]
        mean_1 = means[i]
        eye = np.eye(3)                            # (4)
        # backprop covariance = covariance - gain @ covariance[:2]  (10)
        dproduct_1 = -dcovariance
        dgain = dproduct_1 @ kept.T
        dcovariance[:2] += solution_1 @ dproduct_1
        # backprop mean = mean + gain @ innovation   (9)
        dgain += dmean[:, None] * innovation
        dinnovation = solution_1 @ dmean
        # backprop gain = np.linalg.solve(S, covariance[:2]).T  (8)
        dpart = np.linalg.solve(S.T, dgain.T)
        dS = -dpart @ solution_1.T
        dcovariance[:2] += dpart
        # backprop loss += 0.5 * innovation @ np.linalg.solve(S, innovation) + 0.5 * ...  (7)
        dS += 0.5 / determinant * determinant * np.linalg.inv(S).T
        solved = np.linalg.solve(S.T, 0.5 * innovation)
        dS -= solved[:, None] * solution
        dinnovation += solved
        dinnovation += 0.5 * solution
        # backprop innovation = y - mean[:2]         (6)
        dmean[:2] -= dinnovation
        # backprop S = covariance[:2, :2] + 0.1 * np.eye(2)  (5)
        dcovariance[:2, :2] += dS
        # backprop covariance = transition @ covariance @ transition.T + np.exp(noise) * np.eye(3)  (4)
        dnoise += exp_noise * np.sum(eye * dcovariance)
        dproduct = dcovariance @ transition
        dtransition += dcovariance.T @ product
        dtransition += dproduct @ covariance_1.T
        dcovariance = transition.T @ dproduct
        # backprop mean = transition @ mean          (3)
        dtransition += dmean[:, None] * mean_1
        dmean = transition.T @ dmean
    return loss, (dtransition, dnoise)
