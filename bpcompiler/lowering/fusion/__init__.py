"""Fusion: loops over one range become one, and what only passes from one to the next stays in registers."""
