"""A specialisation as a flat function, for callers that Numba compiles: what `.njit` returns.

    function.py       the function: a module's text, and what it is given
    leaves.py         its arguments and results: leaves, by name, in tuples
    frozen.py         what was read from outside, as constants
    raising.py        faults as `raise` statements
    documentation.py  its docstring
    portable.py       what stands for it in a pickle

The text is a module that imports the compiled function from its own. It tests what the call path tests in
Python (types, sizes, memory), hands over, and raises what Python would raise.
"""
