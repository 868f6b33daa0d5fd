"""Functions of generated modules are compiled in fewer passes than Numba's own, to the same machine code."""

import numba
import numpy as np

from bpcompiler.runtime.passes import NEEDLESS, use_fewer_passes


def outer(x, y):
    total = 0.0
    for i in range(x.shape[0]):
        row = np.empty(y.shape[0])
        for j in range(y.shape[0]):
            row[j] = x[i] * y[j] if x[i] > 0.0 else -y[j]
        total += row[0] / (1.0 + i)
    return total, x


def names_of(compiled):
    (result,) = compiled.overloads.values()
    (times,) = result.metadata["pipeline_times"].values()
    return {name.partition("_")[2] for name in times}


def test_the_needless_passes_are_left_out_and_change_nothing():
    usual, fewer = numba.njit(outer), numba.njit(outer)
    use_fewer_passes(fewer)
    args = np.array([1.0, -2.0]), np.array([3.0, 4.0])
    assert fewer(*args)[0] == usual(*args)[0] == 1.5
    assert names_of(usual) - names_of(fewer) == {*NEEDLESS, "native_lowering"}
    assert names_of(fewer) - names_of(usual) == {"bpcompiler_native_lowering"}


def test_what_runs_in_parallel_keeps_them():
    parallel = numba.njit(outer, parallel=True)
    use_fewer_passes(parallel)
    assert parallel._compiler.pipeline_class.__module__ == "numba.core.compiler"
