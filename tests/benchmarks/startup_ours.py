"""The script of a user of bpcompiler."""

import math

import bpcompiler as bp


@bp.grad(argnums=(0, 1))
def gradient(x, y):
    sigy = 1.0 / (1 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + math.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    return num * invden
