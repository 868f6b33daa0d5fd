"""Products of a matrix and a column, or of a column and a row, are loops: one with those around them.

    a @ b    (m,1) @ (1,n)    a * b                             elementwise
    a @ b    (m,k) @ (k,1)    sums of a * b[:, 0] along rows    of a.T @ b: down the columns of a * b

BLAS would need their factors, and write their results, as whole arrays, for next to no work.
"""

from __future__ import annotations

from dataclasses import replace

from bpcompiler.ir.builder import Builder
from bpcompiler.ir.equations import Block, Equation, Operand, equations_of
from bpcompiler.ir.program import Program
from bpcompiler.primitives import broadcasting, products, shapes
from bpcompiler.primitives.arithmetic import mul

Definitions = dict[Operand, Equation]


def without_unit_products(program: Program) -> Program:
    """Return the array program with such products of floats of one dtype written as loops over elements."""
    found: Definitions = {
        eqn.output: eqn for eqn in equations_of(program.block) if eqn.primitive is shapes.transpose
    }
    return replace(program, block=_in_block(program.block, found))


def _in_block(block: Block, transposes: Definitions) -> Block:
    equations: list[Equation] = []
    for eqn in block.equations:
        if _is_unit_product(eqn):
            equations += _by_elements(eqn, transposes)
        elif eqn.blocks:
            inner = tuple(_in_block(inner, transposes) for inner in eqn.blocks)
            equations.append(replace(eqn, blocks=inner))
        else:
            equations.append(eqn)
    return replace(block, equations=tuple(equations))


def _is_unit_product(eqn: Equation) -> bool:
    if eqn.primitive is not products.matmul:
        return False
    a, b = (operand.aval for operand in eqn.operands)
    matrices = len(a.shape) == len(b.shape) == 2
    return matrices and a.dtype is b.dtype and a.dtype.is_float and (a.shape[1] == 1 or b.shape[1] == 1)


def _by_elements(eqn: Equation, transposes: Definitions) -> list[Equation]:
    build = Builder()
    a, b = eqn.operands
    with build.at(eqn.origin, eqn.phase):
        if a.aval.shape[1] == 1:
            build.one(mul, a, b)
        elif (turned := transposes.get(a)) is not None and turned.attrs["permutation"] == (1, 0):
            total = build.one(
                broadcasting.sum, build.one(mul, *turned.operands, b), axes=(0,), keepdims=False
            )
            build.one(shapes.reshape, total, shape=eqn.output.aval.shape)
        else:
            row = build.one(shapes.transpose, b, permutation=(1, 0))
            build.one(broadcasting.sum, build.one(mul, a, row), axes=(1,), keepdims=True)
    *others, last = build.equations
    return [*others, replace(last, outputs=eqn.outputs)]
