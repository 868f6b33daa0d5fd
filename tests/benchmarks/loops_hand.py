"""Gradients of the loops as an expert writes them: tapes of the state alone, loops that vectorise.

Each takes what its function takes and returns (value, gradients). Sums may be reordered and fused where that
is faster; `exp` and `log` are scalar libm's.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

FAST = {"reassoc", "contract", "nsz"}


@njit(cache=True, error_model="numpy", fastmath=FAST)
def predator_prey(alpha, beta, gamma, delta, hares, lynx, steps):
    """The state is taped, the stages of a step are computed again."""
    dt = 0.001
    half, third, sixth = 0.5 * dt, dt / 3.0, dt / 6.0
    tape_h, tape_l = np.empty(steps), np.empty(steps)
    for t in range(steps):
        tape_h[t], tape_l[t] = hares, lynx
        h1, l1 = hares * (alpha - beta * lynx), lynx * (delta * hares - gamma)
        h, l = hares + half * h1, lynx + half * l1
        h2, l2 = h * (alpha - beta * l), l * (delta * h - gamma)
        h, l = hares + half * h2, lynx + half * l2
        h3, l3 = h * (alpha - beta * l), l * (delta * h - gamma)
        h, l = hares + dt * h3, lynx + dt * l3
        h4, l4 = h * (alpha - beta * l), l * (delta * h - gamma)
        hares += sixth * (h1 + 2.0 * (h2 + h3) + h4)
        lynx += sixth * (l1 + 2.0 * (l2 + l3) + l4)
    value = (hares - 1.0) ** 2 + (lynx - 2.0) ** 2
    dh, dl = 2.0 * (hares - 1.0), 2.0 * (lynx - 2.0)
    dalpha = dbeta = dgamma = ddelta = 0.0
    for t in range(steps - 1, -1, -1):
        ha, la = tape_h[t], tape_l[t]
        ba, ca = alpha - beta * la, delta * ha - gamma
        hb, lb = ha + half * ha * ba, la + half * la * ca
        bb, cb = alpha - beta * lb, delta * hb - gamma
        hc, lc = ha + half * hb * bb, la + half * lb * cb
        bc, cc = alpha - beta * lc, delta * hc - gamma
        hd, ld = ha + dt * hc * bc, la + dt * lc * cc
        bd, cd = alpha - beta * ld, delta * hd - gamma
        # From the last stage to the first: p and q are its rates' cotangents, u and v its state's.
        p, q = sixth * dh, sixth * dl
        ph, ql = p * hd, q * ld
        dalpha += ph
        dbeta -= ph * ld
        dgamma -= ql
        ddelta += ql * hd
        ud, vd = p * bd + delta * ql, q * cd - beta * ph
        p, q = third * dh + dt * ud, third * dl + dt * vd
        ph, ql = p * hc, q * lc
        dalpha += ph
        dbeta -= ph * lc
        dgamma -= ql
        ddelta += ql * hc
        uc, vc = p * bc + delta * ql, q * cc - beta * ph
        p, q = third * dh + half * uc, third * dl + half * vc
        ph, ql = p * hb, q * lb
        dalpha += ph
        dbeta -= ph * lb
        dgamma -= ql
        ddelta += ql * hb
        ub, vb = p * bb + delta * ql, q * cb - beta * ph
        p, q = sixth * dh + half * ub, sixth * dl + half * vb
        ph, ql = p * ha, q * la
        dalpha += ph
        dbeta -= ph * la
        dgamma -= ql
        ddelta += ql * ha
        dh += p * ba + delta * ql + (ud + uc) + ub
        dl += q * ca - beta * ph + (vd + vc) + vb
    return value, (dalpha, dbeta, dgamma, ddelta, dh, dl)


@njit(cache=True, error_model="numpy", fastmath=FAST)
def heat(u, alpha, steps, observed):
    """Each step goes from a row of the tape to the next; cotangents from one row of two to the other."""
    n = len(u)
    tape = np.empty((steps + 1, n))
    tape[0] = u
    for t in range(steps):
        old, new = tape[t], tape[t + 1]
        new[0], new[n - 1] = old[0], old[n - 1]
        for i in range(1, n - 1):
            new[i] = old[i] + alpha * (old[i - 1] - 2.0 * old[i] + old[i + 1])
    rows = np.zeros((2, n))
    value, d, last = 0.0, rows[steps & 1], tape[steps]
    for i in range(n):
        residual = last[i] - observed[i]
        value += residual * residual
        d[i] = 2.0 * residual
    # The ends are read, never written: their cotangents only grow, beside the rows, which have zeros there.
    first, end, d[0], d[n - 1] = d[0], d[n - 1], 0.0, 0.0
    dalpha = 0.0
    for t in range(steps - 1, -1, -1):
        old, d, new = tape[t], rows[(t + 1) & 1], rows[t & 1]
        first += alpha * d[1]
        end += alpha * d[n - 2]
        for i in range(1, n - 1):
            dalpha += d[i] * (old[i - 1] - 2.0 * old[i] + old[i + 1])
            new[i] = d[i] + alpha * (d[i - 1] - 2.0 * d[i] + d[i + 1])
    du = rows[0].copy()
    du[0], du[n - 1] = first, end
    return value, (du, dalpha)


@njit(cache=True, error_model="numpy", fastmath=FAST)
def mixture(weights, means, log_diagonals, lower, X):
    """The components stand innermost, so that every loop over them vectorises; nothing is taped."""
    count, size = means.shape
    constants = np.empty(count)
    L = np.empty((size, size, count))
    for k in range(count):
        constants[k] = weights[k]
        for i in range(size):
            constants[k] += log_diagonals[k, i]
            L[i, i, k] = math.exp(log_diagonals[k, i])
            for j in range(i):
                L[i, j, k] = lower[k, i, j]
    centres = means.T.copy()
    dL, dcentres, dweights = np.zeros(L.shape), np.zeros((size, count)), np.zeros(count)
    c, z, p = np.empty((size, count)), np.empty((size, count)), np.empty(count)
    total = 0.0
    for n in range(len(X)):
        for k in range(count):
            p[k] = constants[k]
        for i in range(size):
            x, ci, centre = X[n, i], c[i], centres[i]
            for k in range(count):
                ci[k] = x - centre[k]
        for i in range(size):
            zi, row, cj = z[i], L[i, 0], c[0]
            for k in range(count):
                zi[k] = row[k] * cj[k]
            for j in range(1, i + 1):
                row, cj = L[i, j], c[j]
                for k in range(count):
                    zi[k] += row[k] * cj[k]
            for k in range(count):
                p[k] -= 0.5 * zi[k] * zi[k]
        top = p[0]
        for k in range(1, count):
            top = max(top, p[k])
        s = 0.0
        for k in range(count):
            p[k] = math.exp(p[k] - top)
            s += p[k]
        total += top + math.log(s)
        for k in range(count):
            p[k] /= s
            dweights[k] += p[k]
        for i in range(size):
            zi = z[i]
            for k in range(count):
                zi[k] *= p[k]
            for j in range(i + 1):
                row, drow, cj, dcentre = L[i, j], dL[i, j], c[j], dcentres[j]
                for k in range(count):
                    drow[k] -= zi[k] * cj[k]
                    dcentre[k] += zi[k] * row[k]
    dlower, dlog_diagonals = np.zeros(lower.shape), np.empty((count, size))
    for k in range(count):
        for i in range(size):
            dlog_diagonals[k, i] = dL[i, i, k] * L[i, i, k] + dweights[k]
            for j in range(i):
                dlower[k, i, j] = dL[i, j, k]
    return total, (dweights, dcentres.T.copy(), dlog_diagonals, dlower)


@njit(cache=True, error_model="numpy", fastmath=FAST)
def mixture_in_order(weights, means, log_diagonals, lower, X):
    """The same by the loops as they stand in the function: component by component."""
    count, size = means.shape
    diagonals = np.exp(log_diagonals)
    dweights, dmeans = np.zeros(count), np.zeros((count, size))
    dlog_diagonals, dlower = np.zeros((count, size)), np.zeros(lower.shape)
    c, z, p, dcentre = np.empty((count, size)), np.empty((count, size)), np.empty(count), np.empty(size)
    total = 0.0
    for n in range(len(X)):
        x = X[n]
        for k in range(count):
            ck, score = c[k], weights[k]
            for i in range(size):
                ck[i] = x[i] - means[k, i]
            for i in range(size):
                row, zi = lower[k, i], diagonals[k, i] * ck[i]
                for j in range(i):
                    zi += row[j] * ck[j]
                z[k, i] = zi
                score += log_diagonals[k, i] - 0.5 * zi * zi
            p[k] = score
        top = np.max(p)
        s = 0.0
        for k in range(count):
            p[k] = math.exp(p[k] - top)
            s += p[k]
        total += top + math.log(s)
        for k in range(count):
            ck, share = c[k], p[k] / s
            dweights[k] += share
            dcentre[:] = 0.0
            for i in range(size):
                row, drow, dz = lower[k, i], dlower[k, i], -share * z[k, i]
                dlog_diagonals[k, i] += dz * ck[i]
                dcentre[i] += dz * diagonals[k, i]
                for j in range(i):
                    drow[j] += dz * ck[j]
                    dcentre[j] += dz * row[j]
            for i in range(size):
                dmeans[k, i] -= dcentre[i]
    for k in range(count):
        for i in range(size):
            dlog_diagonals[k, i] = dlog_diagonals[k, i] * diagonals[k, i] + dweights[k]
    return total, (dweights, dmeans, dlog_diagonals, dlower)


@njit(cache=True, error_model="numpy", fastmath=FAST)
def alignment(x, y, gap):
    """One row of the table is kept, and the shares of the three neighbours; two exponentials a cell."""
    n, m = len(x), len(y)
    row = np.empty(m + 1)
    ups, lefts, boths = np.empty((n, m + 1)), np.empty((n, m + 1)), np.empty((n, m + 1))
    for j in range(m + 1):
        row[j] = j * gap
    for i in range(n):
        share_up, share_left, share_both = ups[i], lefts[i], boths[i]
        corner, row[0] = row[0], (i + 1) * gap
        left = row[0] + gap
        for j in range(1, m + 1):
            up, both, corner = row[j] + gap, corner + (x[i] - y[j - 1]) ** 2, row[j]
            if up <= left and up <= both:
                low, a, b, c = up, 1.0, math.exp(up - left), math.exp(up - both)
            elif left <= both:
                low, a, b, c = left, math.exp(left - up), 1.0, math.exp(left - both)
            else:
                low, a, b, c = both, math.exp(both - up), math.exp(both - left), 1.0
            s = a + b + c
            row[j] = low - math.log(s)
            left = row[j] + gap
            inverse = 1.0 / s
            share_up[j], share_left[j], share_both[j] = a * inverse, b * inverse, c * inverse
    value = row[m]
    dx, dy, dgap = np.zeros(n), np.zeros(m), 0.0
    drow, passed = np.zeros(m + 1), np.zeros(m + 1)
    drow[m] = 1.0
    for i in range(n - 1, -1, -1):
        share_up, share_left, share_both = ups[i], lefts[i], boths[i]
        # First along the row, where each cell waits for its neighbour; then what does not wait.
        d = drow[m]
        for j in range(m, 0, -1):
            d = drow[j - 1] + d * share_left[j]
            drow[j - 1] = d
        gaps, changes = 0.0, 0.0
        for j in range(1, m + 1):
            change = drow[j] * share_both[j]
            gaps += drow[j] - change
            step = 2.0 * change * (x[i] - y[j - 1])
            changes += step
            dy[j - 1] -= step
            passed[j - 1] = change
        dgap += gaps + (i + 1) * drow[0]
        dx[i] = changes
        drow[0] = passed[0]
        for j in range(1, m + 1):
            drow[j] = drow[j] * share_up[j] + passed[j]
    for j in range(m + 1):
        dgap += j * drow[j]
    return value, (dx, dy, dgap)
