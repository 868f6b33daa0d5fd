"""What writes into its first operand, and is that buffer afterwards, in lowered programs."""

from __future__ import annotations

from bpcompiler.ir.equations import Primitive
from bpcompiler.primitives import lapack, loops

IN_PLACE: frozenset[Primitive] = frozenset({loops.store, loops.gemm, loops.gemv, *lapack.IN_PLACE})
