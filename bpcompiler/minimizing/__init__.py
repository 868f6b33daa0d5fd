"""`minimize`: SciPy's minimisers on nested parameters, with compiled derivatives.

minimize.py   the call of SciPy
vectors.py    parameters as one vector, and back
bounds.py     limits of parameters, written as they are nested
"""
