"""bpcompiler: gradients of plain Python functions, as plain Python, compiled."""

from bpcompiler.api import grad, jit, value_and_grad

__all__ = ["grad", "jit", "value_and_grad"]
__version__ = "0.1.0"
