"""Programs of arrays."""

PROGRAMS = []
