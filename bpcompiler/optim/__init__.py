"""Optimisers: `state = opt.init(params)`, and each step `params, state = opt.update(params, grads, state)`.

Parameters are a float, an array, or lists, tuples, dicts, namedtuples and dataclasses of them, in which
anything but floats stays as it is. Nothing is changed in place. A learning rate is a number, or a function of
the number of steps taken: a schedule.
"""

from bpcompiler.optim.adaptive import adagrad, adam, adamw, rmsprop
from bpcompiler.optim.clipping import clip_by_norm, global_norm
from bpcompiler.optim.descent import momentum, nesterov, sgd
from bpcompiler.optim.leaves import Optimizer
from bpcompiler.optim.schedules import constant, cosine, exponential, warm_up

__all__ = [
    "Optimizer",
    "adagrad",
    "adam",
    "adamw",
    "clip_by_norm",
    "constant",
    "cosine",
    "exponential",
    "global_norm",
    "momentum",
    "nesterov",
    "rmsprop",
    "sgd",
    "warm_up",
]
