"""Linear algebra in place on buffers, with nothing of LAPACK to compile in what calls it.

    lu_factor(out, a)                           lu_solve(x, lu, trans)
    cholesky_factor(out, a, lower)              cholesky_adjoint(out, low)
    solve_triangle(x, a, lower, trans, unit)    zero_on_diagonal(a)

What they mean: `primitives.lapack`. float64 or float32, all of one dtype. Matrices are (n, n), or stacked
(count, n, n); a right side is (n), (n, k) or (count, n, k). `out`, `x`, `lu` and `low` are C-contiguous, `a`
has any strides; options are bools. Shapes are the caller's to check. In compiled code each is one call of a
kernel by name; in Python it is NumPy and SciPy. As for products, LAPACK may use several threads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from llvmlite import ir
from numba import types
from numba.core.errors import TypingError
from numba.core.utils import pysignature
from numba.extending import lower_builtin, type_callable

from bpcompiler.primitives import lapack as meaning
from bpcompiler.runtime import cholesky_kernels, lapack_kernels
from bpcompiler.runtime.blas import REALS, SIZE
from bpcompiler.runtime.blas import _call as call_kernel
from bpcompiler.runtime.blas import _Operand as ArrayOperand
from bpcompiler.runtime.blas_install import install

if TYPE_CHECKING:
    from numpy.typing import NDArray

KERNELS = {
    "lu_factor": lapack_kernels.lu_factor,
    "lu_solve": lapack_kernels.lu_solve,
    "cholesky_factor": cholesky_kernels.cholesky_factor,
    "cholesky_adjoint": cholesky_kernels.cholesky_adjoint,
    "solve_triangle": lapack_kernels.solve_triangle,
    "zero_on_diagonal": lapack_kernels.zero_on_diagonal,
}


def lu_factor(out: NDArray[Any], a: NDArray[Any]) -> None:
    """Write the LU of a and its pivots into `out`."""
    out[...] = meaning.evaluate_lu_factor(out, a)


def lu_solve(x: NDArray[Any], lu: NDArray[Any], trans: bool) -> None:
    """Solve with a factor of `lu_factor`, in place."""
    x[...] = meaning.evaluate_lu_solve(x, lu, trans=trans)


def cholesky_factor(out: NDArray[Any], a: NDArray[Any], lower: bool) -> None:
    """Write the Cholesky factor of a into `out`."""
    out[...] = meaning.evaluate_cholesky_factor(out, a, lower=lower)


def cholesky_adjoint(out: NDArray[Any], low: NDArray[Any]) -> None:
    """Turn the cotangent of the factor `low` into its matrix's, in place."""
    out[...] = meaning.evaluate_cholesky_adjoint(out, low)


def solve_triangle(x: NDArray[Any], a: NDArray[Any], lower: bool, trans: bool, unit: bool) -> None:
    """Solve with a triangle of a, in place."""
    x[...] = meaning.evaluate_solve_triangle(x, a, lower=lower, trans=trans, unit=unit)


def zero_on_diagonal(a: NDArray[Any]) -> int:
    """Return 1 + the first place on the diagonal that is zero, or 0."""
    return meaning.evaluate_zero_on_diagonal(a)


# ------------------------------------------------------------------ in compiled code


class _Matrices(ArrayOperand):
    """A matrix or a stack of matrices: how many, how far apart."""

    @property
    def count(self) -> Any:
        """How many matrices there are."""
        return self.shape[0] if len(self.shape) > 2 else SIZE(1)

    @property
    def placed(self) -> list[Any]:
        """The address, and the strides of stack, rows and columns."""
        return [self.start, *([] if len(self.strides) > 2 else [SIZE(0)]), *self.strides]

    @property
    def columns(self) -> Any:
        """How many columns a right side has: a vector is one."""
        return self.shape[-1] if len(self.shape) > 1 else SIZE(1)


def _flags(builder: Any, args: Any, first: int) -> list[Any]:
    return [builder.zext(flag, SIZE) for flag in args[first:]]


def _lower_lu_factor(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    out, a = (_Matrices(context, builder, signature, args, i) for i in range(2))
    return call_kernel(out, "lu_factor", [out.start, *a.placed, a.count, a.shape[-1]])


def _lower_lu_solve(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    x, lu = (_Matrices(context, builder, signature, args, i) for i in range(2))
    sizes = [lu.count, lu.shape[-1], x.columns]
    return call_kernel(x, "lu_solve", [x.start, lu.start, *_flags(builder, args, 2), *sizes])


def _lower_cholesky_factor(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    out, a = (_Matrices(context, builder, signature, args, i) for i in range(2))
    flags, sizes = _flags(builder, args, 2), [a.count, a.shape[-1]]
    return call_kernel(out, "cholesky_factor", [out.start, *a.placed, *flags, *sizes])


def _lower_cholesky_adjoint(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    out, low = (_Matrices(context, builder, signature, args, i) for i in range(2))
    return call_kernel(out, "cholesky_adjoint", [out.start, low.start, low.count, low.shape[-1]])


def _lower_solve_triangle(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    x, a = (_Matrices(context, builder, signature, args, i) for i in range(2))
    flags, sizes = _flags(builder, args, 2), [a.count, a.shape[-1], x.columns]
    return call_kernel(x, "solve_triangle", [x.start, *a.placed, *flags, *sizes])


def _lower_zero_on_diagonal(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    a = _Matrices(context, builder, signature, args, 0)
    sizes = [a.count, a.shape[-1]]
    return call_kernel(a, "zero_on_diagonal", [*a.placed, *sizes], returns=ir.IntType(64))


def _define(function: Callable[..., Any], lowering: Callable[..., Any], arrays: int, contiguous: int) -> None:
    """Say how a function is typed, whose first arguments are arrays and the rest bools, and how called."""
    parameters = pysignature(function)
    returns = types.int64 if function is zero_on_diagonal else types.void

    def typing(_context: Any) -> Any:
        def typer(*args: Any) -> Any:
            _check(function.__name__, args[:arrays], args[arrays:], contiguous)
            install(function.__name__, args[0].dtype.name)
            return returns

        typer.pysig = parameters  # type: ignore[attr-defined]
        return typer

    type_callable(function)(typing)
    kinds = [types.Array] * arrays + [types.Any] * (len(parameters.parameters) - arrays)
    lower_builtin(function, *kinds)(lowering)


def _check(name: str, arrays: Any, flags: Any, contiguous: int) -> None:
    dtype = getattr(arrays[0], "dtype", None)
    for array in arrays:
        if not (isinstance(array, types.Array) and 1 <= array.ndim <= 3 and array.dtype == dtype):
            raise TypingError(f"{name} takes arrays of one dtype here, not {array}")
    if dtype not in REALS:
        raise TypingError(f"{name} takes float64 or float32, not {dtype}")
    if any(array.layout != "C" for array in arrays[:contiguous]):
        raise TypingError(f"{name} writes to C-contiguous arrays, and reads factors from such")
    if not all(isinstance(flag, types.Boolean) for flag in flags):
        raise TypingError(f"{name}: options are bools, not {flags}")


_define(lu_factor, _lower_lu_factor, arrays=2, contiguous=1)
_define(lu_solve, _lower_lu_solve, arrays=2, contiguous=2)
_define(cholesky_factor, _lower_cholesky_factor, arrays=2, contiguous=1)
_define(cholesky_adjoint, _lower_cholesky_adjoint, arrays=2, contiguous=2)
_define(solve_triangle, _lower_solve_triangle, arrays=2, contiguous=1)
_define(zero_on_diagonal, _lower_zero_on_diagonal, arrays=1, contiguous=0)
