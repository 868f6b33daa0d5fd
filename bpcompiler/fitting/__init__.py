"""Fitting: parameters, data, a loss and an optimizer -> parameters that were trained.

    arguments.py   what the caller gave, checked -> Settings: how many steps of which rows
    loops.py       loss, optimizer -> the compiled loops: steps over batches, steps over all rows, evaluation
    batches.py     which rows each step sees
    pace.py        how many steps a call runs, so that Ctrl-C is answered
    moments.py     where training stands: all that a run needs to go on
    training.py    moment -> moment, chunk by chunk, epoch by epoch
    files.py       moment <-> npz file
    bars.py        the progress bar
    results.py     what callers and callbacks see
    fit.py         all of it together

A moment is never changed, so whenever a run is broken off, the latest one is whole.
"""
