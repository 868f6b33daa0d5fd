"""Random numbers that are functions of a key: the same in Python, in staged and in compiled code.

    noise = bp.random.normal((seed, t), size=n)

A key is a pair of integers, `(seed, counter)`: one seed for a run, one counter for each draw in it, like the
number of the step. The same call with the same key gives the same numbers; other keys, and other functions
with the same key, give independent ones. Functions are called, and take what they take, as the methods of
`numpy.random.Generator`, with the key first.
"""

from bpcompiler.random.draws import choice, integers, normal, permutation, uniform

__all__ = ["choice", "integers", "normal", "permutation", "uniform"]
