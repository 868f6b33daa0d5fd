"""An equation of every primitive, on operands of many types: what the tests of primitives are generated from.

Shapes are words: "nm" is (n, m), "1m" is (1, m), "" a number; a program is evaluated at several sizes.
An elementwise primitive needs nothing here: its operands come from its `domain`. A structural one has a row
in `STRUCTURAL`; one without a row fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Literal, Primitive, literal
from bpcompiler.ir.program import Program
from bpcompiler.ir.sizes import symbol
from bpcompiler.ir.types import BOOL, FLOAT32, FLOAT64, INT64, Array, DType, Scalar
from bpcompiler.primitives.declare import Elementwise
from bpcompiler.primitives.evaluate import evaluate
from bpcompiler.primitives.indexing import At, NewAxis, Slice, full_slice
from bpcompiler.primitives.registry import ALL

n, m, k = (symbol(name) for name in "nmk")
LETTERS = {"n": n, "m": m, "k": k, "1": 1, "2": 2, "3": 3}
SIZES = (
    {"n": 2, "m": 3, "k": 4},
    {"n": 1, "m": 2, "k": 1},
    {"n": 0, "m": 1, "k": 2},
    {"n": 3, "m": 0, "k": 1},
)
NOT_EMPTY = SIZES[:2]
BINDERS = ("n", "m", "k")


@dataclass(frozen=True, slots=True)
class Operand:
    """A parameter of the equation's program: its type, and where its elements are drawn from.

    `diagonal` is added to the diagonals of its matrices.
    """

    shape: str = ""
    dtype: DType = FLOAT64
    domain: tuple[float, float] = (-2.0, 2.0)
    weak: bool = False
    diagonal: float = 0.0

    @property
    def aval(self) -> Any:
        dims = tuple(LETTERS[letter] for letter in self.shape)
        return Array(self.dtype, dims) if dims else Scalar(self.dtype, self.weak)

    def draw(self, sizes: dict[str, int], random: np.random.Generator) -> Any:
        """Return an argument; arrays are not contiguous."""
        shape = tuple(sizes.get(letter) if letter in sizes else int(letter) for letter in self.shape)
        low, high = self.domain
        if self.dtype in (BOOL, INT64):
            numbers = random.integers(int(low), int(high) + 1, (*shape, 2))
        else:
            numbers = random.uniform(low, high, (*shape, 2))
        chosen = numbers.astype(self.dtype.value)[..., 0]
        if self.diagonal:
            chosen += (self.diagonal * np.eye(shape[-1])).astype(chosen.dtype)
        if shape or not self.weak:
            return chosen[()]
        return chosen.item()


@dataclass(frozen=True, slots=True)
class Case:
    """A program of one equation."""

    primitive: Primitive
    operands: tuple[Operand | Literal, ...]
    attrs: dict[str, Any] = field(default_factory=dict)
    sizes: tuple[dict[str, int], ...] = SIZES

    @property
    def id(self) -> str:
        types = " ".join(str(o.aval) if isinstance(o, Operand) else repr(o.value) for o in self.operands)
        return f"{self.primitive.name} {types} {' '.join(map(str, self.attrs.values()))}"

    def program(self) -> Program:
        """Return the program; its last parameters only bind the sizes n, m and k."""
        emit = Builder()
        params = [emit.input(o.aval, f"x{i}") for i, o in enumerate(self.operands) if isinstance(o, Operand)]
        given = iter(params)
        operands = [next(given) if isinstance(o, Operand) else o for o in self.operands]
        outputs = emit.emit(self.primitive, *operands, **self.attrs)
        binders = [emit.input(Array(BOOL, (LETTERS[name],)), name) for name in BINDERS]
        return emit.program(self.primitive.name, (*params, *binders), outputs)

    def arguments(self, sizes: dict[str, int], seed: int = 0) -> list[Any]:
        random = np.random.default_rng(seed)
        drawn = [o.draw(sizes, random) for o in self.operands if isinstance(o, Operand)]
        return [*drawn, *(np.zeros(sizes[name], bool) for name in BINDERS)]

    def floats(self) -> list[int]:
        """The numbers of the parameters that have a derivative."""
        parameters = [o for o in self.operands if isinstance(o, Operand)]
        return [i for i, o in enumerate(parameters) if o.dtype.is_float]


SHAPES = {
    1: [("",), ("n",), ("nm",)],
    2: [("nm", "nm"), ("nm", "m"), ("n1", "1m"), ("n", ""), ("", "n"), ("1", "n"), ("", ""), ("m", "knm")],
    3: [("n", "n", "n"), ("nm", "", ""), ("", "nm", "n1"), ("n", "", "m1"), ("", "", "")],
}
ATTRS: dict[str, list[dict[str, Any]]] = {
    "convert": [{"dtype": FLOAT64}, {"dtype": FLOAT32}, {"dtype": INT64}]
}
EXPONENTS = [2, 3, 1, 0, -1, 0.5, -2.5]


def elementwise(primitive: Elementwise) -> list[Case]:
    """Return cases over shapes, dtypes, weak numbers and literals."""
    if primitive.name == "accumulate":  # a contribution is broadcast to the total, never the other way round
        return [
            Case(primitive, (Operand(a), Operand(b)))
            for a, b in [("nm", "nm"), ("nm", "m"), ("", ""), ("n", "")]
        ]
    cases = []
    for attrs in ATTRS.get(primitive.name, [{}]):
        for shapes in SHAPES[len(primitive.domain)]:
            for dtype in (FLOAT64, FLOAT32):
                operands = [_operand(s, dtype, d) for s, d in zip(shapes, primitive.domain, strict=True)]
                cases.append(Case(primitive, tuple(operands), attrs))
        weak = tuple(_operand("", FLOAT64, d, weak=True) for d in primitive.domain)
        cases.append(Case(primitive, weak, attrs))
        cases += _mixed(primitive, attrs)
    return cases


def _operand(shape: str, dtype: DType, domain: tuple[float, float], *, weak: bool = False) -> Operand:
    return Operand(shape, BOOL if isinstance(domain[0], bool) else dtype, domain, weak)


def _mixed(primitive: Elementwise, attrs: dict[str, Any]) -> list[Case]:
    """Two dtypes, and a literal on either side."""
    if len(primitive.domain) != 2 or isinstance(primitive.domain[0][0], bool):
        return []
    a, b = primitive.domain
    numbers = EXPONENTS if primitive.name == "pow" else [0.75]
    return [
        Case(primitive, (Operand("nm", FLOAT32, a), Operand("m", FLOAT64, b)), attrs),
        *(Case(primitive, (Operand("n", FLOAT32, a), literal(number)), attrs) for number in numbers),
        *(Case(primitive, (Operand("n", FLOAT64, a), literal(number)), attrs) for number in numbers),
        Case(primitive, (literal(1.25), Operand("n", FLOAT64, b)), attrs),
    ]


def reductions(name: str, sizes: tuple[dict[str, int], ...] = SIZES) -> list[Case]:
    return [
        Case(ALL[name], (Operand(shape, dtype),), {"axes": axes, "keepdims": keepdims}, sizes)
        for shape, axes in [
            ("n", (0,)),
            ("nm", (0,)),
            ("nm", (1,)),
            ("nm", (0, 1)),
            ("n1m", (1, 2)),
            ("nmk", (0, 2)),
        ]
        for keepdims in (False, True)
        for dtype in (FLOAT64, FLOAT32)
    ]


def each(name: str, shape: str, *attrs: dict[str, Any]) -> list[Case]:
    """Return a case for each set of attributes, in both float dtypes."""
    return [Case(ALL[name], (Operand(shape, dtype),), a) for a in attrs for dtype in (FLOAT64, FLOAT32)]


def joins(name: str, *rows: tuple[tuple[str, ...], int]) -> list[Case]:
    return [Case(ALL[name], tuple(map(Operand, shapes)), {"axis": axis}) for shapes, axis in rows]


def slices(*spec: Any) -> dict[str, Any]:
    return {"spec": tuple(spec)}


ROWS = Operand("2", INT64, (-1, 0))
TABLE = Operand("23", INT64, (-1, 0))
ROW = Operand("", INT64, (-1, 0), weak=True)
FROM_1 = Slice(1, n - 1, 1, (1, None, None))
REVERSED = Slice(n - 1, n, -1, (None, None, -1))
STEP = Slice(0, 1, 2, (None, 2, 2))
READS = [
    ("getslice", "n", (), slices(FROM_1)),
    ("getslice", "nm", (), slices(REVERSED, full_slice(m))),
    ("getslice", "nm", (), slices(NewAxis(), FROM_1, NewAxis(), STEP)),
    ("getitem", "n", (ROW,), slices(At(1))),
    ("getitem", "nm", (ROW,), slices(At(1), full_slice(m))),
    ("getitem", "nm", (ROW, ROW), slices(At(1), At(2))),
    ("getitem", "n", (ROWS,), slices(At(1))),
    ("getitem", "nm", (TABLE,), slices(FROM_1, At(1))),
    ("getitem", "nm", (TABLE, ROW), slices(At(1), At(2))),
    ("getitem", "nmk", (ROWS, ROWS), slices(At(1), full_slice(m), At(2))),
    ("getitem", "nmk", (ROWS, ROWS), slices(full_slice(n), At(1), At(2))),
]


def _reads() -> list[Case]:
    return [
        Case(ALL[name], (Operand(shape), *indices), attrs, NOT_EMPTY) for name, shape, indices, attrs in READS
    ]


ADDS = [
    Case(ALL["add_at"], (Operand("n"), Operand("")), slices(FROM_1), NOT_EMPTY),
    Case(ALL["add_at"], (Operand("nm"), Operand("m"), ROW), slices(At(1), full_slice(m)), NOT_EMPTY),
    Case(ALL["add_at"], (Operand("n"), Operand("2"), ROWS), slices(At(1)), NOT_EMPTY),
    Case(ALL["add_at"], (Operand("nm"), Operand("23"), TABLE, ROW), slices(At(1), At(2)), NOT_EMPTY),
]
STORES = [
    Case(ALL[name], (Operand(shape), Operand(value), *indices), attrs, NOT_EMPTY)
    for name, shape, value, indices, attrs in [
        ("setslice", "n", "", (), slices(FROM_1)),
        ("setslice", "nm", "m", (), slices(NewAxis(), full_slice(n), full_slice(m))),
        ("setslice", "nm", "m", (ROW,), slices(At(1, checked=True), full_slice(m))),
        ("setslice", "n", "2", (ROWS,), slices(At(1, checked=True))),
        ("setitem", "nm", "m", (ROW,), slices(At(1), full_slice(m))),
        ("setitem", "nm", "", (TABLE, ROW), slices(At(1), At(2))),
    ]
]
PRODUCTS = "n,n nm,m n,nm nm,mk knm,m n,knm knm,m2 2nm,k1mn nm,kmn 1nm,2mk".split()

BOTH = (False, True)


def systems(name: str, *options: dict[str, Any]) -> list[Case]:
    """Return cases of what solves, far from singular: a vector, a matrix, a stack on the right."""
    return [
        Case(ALL[name], (_matrix(a, dtype), Operand(b, dtype)), attrs)
        for a, b in [("nn", "n"), ("mm", "mk"), ("knn", "knm")]
        for dtype in (FLOAT64, FLOAT32)
        for attrs in options or [{}]
    ]


def squares(name: str, *options: dict[str, Any]) -> list[Case]:
    return [
        Case(ALL[name], (_matrix(a, dtype),), attrs)
        for a in ("nn", "mm", "2kk")
        for dtype in (FLOAT64, FLOAT32)
        for attrs in options or [{}]
    ]


KEY = (Operand("", INT64, (-9, 9), weak=True), literal(3))
INTEGER = Operand("", INT64, (1, 9), weak=True)


def draws(name: str, *more: Operand) -> list[Case]:
    return [Case(ALL[name], (*KEY, *more), {"shape": shape}) for shape in (None, (), (n,), (n, m))]


def _matrix(shape: str, dtype: DType) -> Operand:
    return Operand(shape, dtype, (-1.0, 1.0), diagonal=6.0)


TRIANGULAR = [
    {"lower": lower, "trans": trans, "unit": unit, "check_finite": True}
    for lower in BOTH
    for trans in BOTH
    for unit in BOTH
]
SIDES = [{"lower": lower, "check_finite": True} for lower in BOTH]
FACTORS = [{"lower": lower, "scipy": scipy} for lower, scipy in [(True, False), (False, False), (True, True)]]
STRUCTURAL: dict[str, list[Case]] = {
    "sum": reductions("sum"),
    **{name: reductions(name, NOT_EMPTY) for name in ("mean", "amax", "amin")},
    "expand_dims": each("expand_dims", "nm", {"axes": (0,)}, {"axes": (1, 3)})
    + each("expand_dims", "", {"axes": (0,)}),
    "squeeze": each("squeeze", "n1m1", {"axes": (1,)}, {"axes": (1, 3)}),
    "broadcast_to": each("broadcast_to", "1m", {"shape": (k, n, m)})
    + each("broadcast_to", "", {"shape": (n, 2)}),
    "reshape": each("reshape", "nm", {"shape": (n * m,)}, {"shape": (m, 1, n)})
    + each("reshape", "", {"shape": (1, 1)}),
    "transpose": each("transpose", "nmk", {"permutation": (2, 0, 1)}, {"permutation": (2, 1, 0)}),
    "concatenate": joins("concatenate", (("nm", "km"), 0), (("nm", "n1", "nk"), 1)),
    "stack": joins("stack", (("nm", "nm"), 0), (("n", "n", "n"), 1), (("", ""), 0)),
    "getslice": [case for case in _reads() if case.primitive.name == "getslice"],
    "getitem": [case for case in _reads() if case.primitive.name == "getitem"],
    "add_at": ADDS,
    **{name: [case for case in STORES if case.primitive.name == name] for name in ("setitem", "setslice")},
    "copy_array": each("copy_array", "nm", {}),
    "cumsum": [
        Case(ALL["cumsum"], (Operand(shape),), {"axis": axis, "backwards": backwards})
        for shape, axis in [("n", 0), ("nm", 1), ("nmk", 1)]
        for backwards in (False, True)
    ],
    **{
        name: each(name, "nm", {"k": 0}, {"k": 1}, {"k": -1}) + each(name, "knm", {"k": 0})
        for name in ("tril", "triu")
    },
    "diagonal": each("diagonal", "nn", {}),
    "diagonal_matrix": each("diagonal_matrix", "n", {}),
    "lower_half": each("lower_half", "nn", {}) + each("lower_half", "2kk", {}),
    **{name: systems(name) for name in ("solve", "solve_again")},
    **{name: squares(name) for name in ("inv", "inv_again", "det", "logabsdet", "det_sign")},
    **{name: squares(name, *FACTORS) for name in ("cholesky", "cholesky_again")},
    **{name: systems(name, *TRIANGULAR) for name in ("solve_triangular", "solve_triangular_again")},
    "cho_solve": systems("cho_solve", *SIDES),
    **{name: draws(name) for name in ("random_uniform", "random_normal")},
    **{name: draws(name, INTEGER) for name in ("random_integers", "random_choice")},
    "random_permutation": [Case(ALL["random_permutation"], KEY, {"count": n, "length": n})],
    "random_sample": [Case(ALL["random_sample"], KEY, {"count": m, "length": n + m})],
    "full": each("full", "", {"shape": (n, m), "dtype": FLOAT64}),
    "matmul": [
        Case(ALL["matmul"], tuple(Operand(word, dtype) for word in words.split(",")))
        for words in PRODUCTS
        for dtype in (FLOAT64, FLOAT32)
    ],
}


def cases(name: str) -> list[Case]:
    """Return the cases of a primitive."""
    primitive = ALL[name]
    return elementwise(primitive) if isinstance(primitive, Elementwise) else STRUCTURAL.get(name, [])


def run(program: Program, arguments: list[Any]) -> tuple[Any, ...]:
    return evaluate(program, arguments)
