"""Numba's passes, without those for what generated code does not contain: up to a tenth of its time.

The last one tells LLVM more: see `own_memory`.
"""

from __future__ import annotations

import functools
import importlib
from typing import Any

NEEDLESS = frozenset(
    {
        "inline_closure_likes",  # closures and comprehensions
        "make_function_op_code_to_jit_function",  # functions defined in functions
        "nopython_rewrites",  # expressions of whole arrays
        "find_literally",  # calls of `literally`
        "literal_unroll",  # calls of `literal_unroll`
    }
)


def use_fewer_passes(dispatcher: Any) -> None:
    """Have a Numba function compiled without the needless passes; what runs in parallel needs them all."""
    if not dispatcher.targetoptions.get("parallel"):
        dispatcher._compiler.pipeline_class = _pipeline()  # noqa: SLF001 - what `njit(pipeline_class=...)` sets


@functools.cache
def _pipeline() -> Any:
    compiler = importlib.import_module("numba.core.compiler")  # loaded: there is a function of Numba's
    numbas_own = importlib.import_module("numba.core.typed_passes").NativeLowering
    to_llvm = importlib.import_module("bpcompiler.runtime.own_memory").OwnMemoryLowering

    class Pipeline(compiler.CompilerBase):  # type: ignore[misc, name-defined]
        def define_pipelines(self) -> list[Any]:
            usual = compiler.DefaultPassBuilder.define_nopython_pipeline(self.state)
            passes = compiler.PassManager(usual.pipeline_name)
            needed = [each for each in usual.passes if each[0].name() not in NEEDLESS]
            passes.passes = [(to_llvm if each is numbas_own else each, text) for each, text in needed]
            passes.finalize()
            return [passes]

    return Pipeline
