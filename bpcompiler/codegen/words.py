"""Names for what the user gave none: after what it is, `exp_x`, `x_above_0`, `total`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bpcompiler.ir.equations import Equation, Literal, Operand, Value
from bpcompiler.ir.types import Array
from bpcompiler.primitives import piecewise
from bpcompiler.primitives.simd import MODULE as SIMD

Name = Callable[[Value], str]

COMPARISONS = {
    piecewise.greater: "above",
    piecewise.greater_equal: "from",
    piecewise.less: "below",
    piecewise.less_equal: "to",
    piecewise.equal: "is",
    piecewise.not_equal: "is_not",
}
WORDS = {
    "add": "total",
    "accumulate": "total",
    "sub": "difference",
    "mul": "product",
    "div": "ratio",
    "floordiv": "quotient",
    "mod": "remainder",
    "neg": "negative",
    "pow": "power",
    "square": "squares",
    "root": "length",
    "select": "choice",
    "maximum": "larger",
    "minimum": "smaller",
    "at_least": "clipped",
    "at_most": "clipped",
    "clip": "clipped",
    "logical_and": "mask",
    "logical_or": "mask",
    "logical_xor": "mask",
    "logical_not": "mask",
    "convert": "number",
    "sum": "total",
    "mean": "mean",
    "amax": "largest",
    "amin": "smallest",
    "cumsum": "sums",
    "argmax": "place",
    "argmin": "place",
    "matmul": "product",
    "solve": "solution",
    "solve_again": "solved",
    "solve_triangular": "solution",
    "solve_triangular_again": "solved",
    "cho_solve": "solved",
    "inv": "inverse",
    "inv_again": "inverse",
    "det": "determinant",
    "logabsdet": "logdet",
    "det_sign": "sign",
    "cholesky": "factor",
    "cholesky_again": "factor",
    "tril": "lower",
    "triu": "upper",
    "lower_half": "half",
    "diagonal_matrix": "matrix",
    "zero_on_diagonal": "place",
    "reshape": "reshaped",
    "transpose": "transposed",
    "expand_dims": "expanded",
    "squeeze": "squeezed",
    "broadcast_to": "spread",
    "concatenate": "joined",
    "stack": "stacked",
    "add_at": "sums",
    "arange": "steps",
    "constant": "table",
    **dict.fromkeys(("random_uniform", "random_integers", "random.uniform", "random.below"), "drawn"),
    **dict.fromkeys(("random_normal", "random.normal"), "noise"),
    **dict.fromkeys(("random_choice", "random_sample"), "chosen"),
    "random_permutation": "order",
    "full": "filled",
    "zeros_like": "zeros",
    "size_value": "size",
    "dim": "size",
}
SECOND_WORDS = {
    "total": "subtotal",
    "mean": "average",
    "product": "factor",
    "part": "piece",
    "power": "powers",
}
LARGEST = 1_000_000  # number in a name
OF_A_NAME = {"exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tanh", "abs", "sign", "square"}


def word(eqn: Equation, name: Name) -> str:
    """Return what a reader would call the equation's result; `name` gives a value's variable, or ""."""
    primitive, operands = eqn.primitive, eqn.operands
    shorts = [_short(operand, name) for operand in operands]
    if primitive in COMPARISONS:
        return f"{shorts[0]}_{COMPARISONS[primitive]}_{shorts[1]}" if all(shorts) else "mask"
    if primitive.name in ("getitem", "getslice"):
        return _part(eqn, shorts)
    if primitive.name == "transpose" and shorts[0] and len(operands[0].aval.shape) == 2:
        return f"{shorts[0]}_T"
    plain = primitive.name.removeprefix(f"{SIMD}.")
    if plain in OF_A_NAME and shorts[0]:
        return f"{plain}_{shorts[0]}"
    return WORDS.get(plain, plain)


def _part(eqn: Equation, shorts: Sequence[str]) -> str:
    """`x_0` for `x[0]`, `x_2_1` for `x[2, 1]`; `part` for a slice."""
    if isinstance(eqn.output.aval, Array):
        return "part"
    return "_".join(shorts) if all(shorts) else "element"


def _short(operand: Operand, name: Name) -> str:
    """A variable's name, a whole number, or ""."""
    if isinstance(operand, Literal):
        whole = operand.value == int(operand.value) if abs(operand.value) < LARGEST else False
        return str(int(operand.value)) if whole and operand.value >= 0 else ""
    return name(operand)
