"""Program -> Program: array equations become loops over elements, for Numba."""
