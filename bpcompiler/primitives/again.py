"""What does the same as an equation that may fault, where that has been seen not to."""

from __future__ import annotations

from bpcompiler.ir.equations import Attrs, Equation, Primitive
from bpcompiler.primitives.cholesky import (
    cholesky,
    cholesky_again,
    solve_triangular,
    solve_triangular_again,
)
from bpcompiler.primitives.indexing import getitem, getslice
from bpcompiler.primitives.linalg import inv, inv_again, solve, solve_again
from bpcompiler.primitives.stores import checked, setitem, setslice

AGAIN: dict[Primitive, Primitive] = {
    getitem: getslice,
    setitem: setslice,
    solve: solve_again,
    inv: inv_again,
    cholesky: cholesky_again,
    solve_triangular: solve_triangular_again,
}
INDEXED = (getitem, setitem)


def again(eqn: Equation) -> tuple[Primitive, Attrs]:
    """Return the primitive and the attributes of what checks nothing; others are themselves."""
    if eqn.primitive in INDEXED:
        return AGAIN[eqn.primitive], {**eqn.attrs, "spec": checked(eqn.attrs["spec"])}
    return AGAIN.get(eqn.primitive, eqn.primitive), eqn.attrs
