"""The program: types, grammar, builder, verifier, printer. It knows nothing of derivatives or Numba."""
