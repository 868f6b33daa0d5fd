"""Local gradients of one elementwise stage: found by SymPy, tried against mpmath, remembered on disk."""

from bpcompiler.transforms.symbolic.engine import partials
from bpcompiler.transforms.symbolic.expression import OUTPUT, Call, Const, Expr, Symbol, parse
from bpcompiler.transforms.symbolic.memo import Memo
from bpcompiler.transforms.symbolic.operations import OPERATIONS

__all__ = ["OPERATIONS", "OUTPUT", "Call", "Const", "Expr", "Memo", "Symbol", "parse", "partials"]
