"""The interpreter of Python's syntax trees: see `core` for what it is, `hooks` for what it asks."""

from bpcompiler.frontend.interpreter.core import Interpreter
from bpcompiler.frontend.interpreter.frames import Completion, Environment
from bpcompiler.frontend.interpreter.hooks import Hooks
from bpcompiler.frontend.limits import Limits

__all__ = ["Completion", "Environment", "Hooks", "Interpreter", "Limits"]
