"""Gradients by means that share no code with the compiler: dual numbers and differences."""
