"""Outer-loop vectorization: a loop whose turns are independent becomes array code over its index.

    for k in range(count):                        z = np.zeros(count)
        z = 0.0                                   for j in range(size):
        for j in range(size):          ->             z += W[j] * x[j]        (W: a transposed copy)
            z += w[k, j] * x[j]                   scores[:] = z
        scores[k] = z

Every number that differs from turn to turn becomes an array of one element a turn. Each element goes through
the operations of its turn in their order, so no bit of a result changes. Innermost loops of machine code are
then those over k: contiguous, with nothing that waits for the turn before. The staged source keeps the loop.

    independence.py   whether the turns are independent, and which values differ from turn to turn
    lanes.py          the body as array code
    levels.py         copies of arrays with the loop's axis last, made in front of the loops around
    profit.py         where that is worth while
    outer_loops.py    the pass
"""
