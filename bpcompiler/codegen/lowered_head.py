"""What stands above the function in the lowered source: its imports and its decorator."""

from __future__ import annotations

from bpcompiler.codegen.lowered_boundary import HELPERS as GIVEN_HELPERS
from bpcompiler.codegen.lowered_checks import HELPERS as CHECK_HELPERS
from bpcompiler.codegen.lowered_indices import HELPERS as INDEX_HELPERS
from bpcompiler.ir.equations import equations_of
from bpcompiler.ir.program import Program
from bpcompiler.ir.types import Array
from bpcompiler.primitives import lapack
from bpcompiler.primitives.creation import constant
from bpcompiler.primitives.functions import LIBM
from bpcompiler.primitives.loops import dot, for_, gemm, gemv
from bpcompiler.primitives.random import MODULE as RANDOM
from bpcompiler.primitives.regions import while_
from bpcompiler.primitives.simd import MODULE as SIMD

# By the module of `runtime` that they are imported from.
LIBRARIES = {"blas": (dot, gemm, gemv), "lapack": lapack.FAMILY}
KERNELS = [primitive.name for family in LIBRARIES.values() for primitive in family]
INTRINSICS = {"indices": INDEX_HELPERS, "results": CHECK_HELPERS, "given": GIVEN_HELPERS}
THREADS = "threads"
MODULES = (LIBM, RANDOM, SIMD, THREADS)
HELPERS = (*INDEX_HELPERS, *CHECK_HELPERS, *GIVEN_HELPERS, *KERNELS)


def decorator(program: Program) -> str:
    """Return the line above the function.

    Other threads may run meanwhile, if there is time to speak of: letting go of Python costs 30 ns.
    """
    takes_time = any(
        eqn.primitive in (for_, while_) or any(isinstance(v.aval, Array) for v in eqn.outputs)
        for eqn in equations_of(program.block)
    )
    return f'@njit(error_model="numpy"{", nogil=True" if takes_time else ""})'


def imports(program: Program, body: list[str]) -> list[str]:
    """Return the lines that import what the statements of all functions name."""
    text = "\n".join(body)
    modules = [module for module in MODULES if f"{module}." in text]
    used = {eqn.primitive for eqn in equations_of(program.block)}
    called = {module: [p.name for p in family if p in used] for module, family in LIBRARIES.items()}
    called |= {module: [name for name in names if f"{name}(" in text] for module, names in INTRINSICS.items()}
    return [
        *(["import math"] if "math." in text else []),
        *(["import numpy as np"] if "np." in text or constant in used else []),
        "from numba import njit",
        *([f"from bpcompiler.runtime import {', '.join(modules)}"] if modules else []),
        *(
            f"from bpcompiler.runtime.{module} import {', '.join(names)}"
            for module, names in called.items()
            if names
        ),
        "",
    ]
