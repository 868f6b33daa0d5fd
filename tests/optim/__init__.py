"""Optimisers: against the papers' formulas, against PyTorch and optax, and through their own derivatives."""
