"""How many numbers in a row a sum adds up on its own. Here alone, for machine code on disk needs it first."""

BLOCK = 1024  # the error of a long sum is then about that of NumPy's pairwise sums
