"""The counter of allocations counts: what it says of functions whose allocations are known."""

import numba
import numpy as np

from tests.allocations import allocated, counting, kept


@numba.njit
def several(x, turns):
    total = 0.0
    for i in range(turns):
        fresh = np.empty(x.shape[0] + i)
        fresh[0] = x[0]
        total += fresh[0]
    return total, x * 2.0


def test_allocations_are_counted_and_so_is_what_stays():
    x, results = np.ones(3), []
    assert allocated(several, x, 12) - allocated(several, x, 5) == 7
    assert kept(several, x, 3) == 0
    assert kept(lambda: results.append(several(x, 3))) == 1
    with counting() as nothing:
        pass
    assert (nothing.allocated, nothing.kept) == (0, 0)
