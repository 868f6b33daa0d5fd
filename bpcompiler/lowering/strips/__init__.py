"""Strips: array code over a long axis, a few hundred of its elements at a time, that axis last."""
