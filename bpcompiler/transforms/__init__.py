"""Program -> Program: reverse, forward, simplify, clean up."""
