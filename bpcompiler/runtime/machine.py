"""Machine code on disk: what stands in for Numba's own cache on our functions.

Numba's cache would do but for four things. A damaged file, or a full disk, is an exception in the user's
call. Two processes that add an overload at once can leave an index that names the other's code. A changed
callee goes unnoticed. With NUMBA_CACHE_DIR the files are elsewhere. Here each overload is one sealed file:

    bp_<function>_<16 hex>.<function>-<24 hex>.nbc      sha256 of the name and the rest; Numba's pickle

The name has the module's (so the text, all versions and our own source) and the signature.
"""

from __future__ import annotations

import hashlib
import importlib
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bpcompiler.errors import CacheError
from bpcompiler.runtime import folder
from bpcompiler.runtime.collecting import rare_collections
from bpcompiler.runtime.marks import put_mark
from bpcompiler.runtime.passes import use_fewer_passes

if TYPE_CHECKING:
    from types import ModuleType

FRAMES = 20_000  # of Python's own, which take no room on the machine's stack


class MachineCode:
    """The overloads of one function on disk, in the form that Numba's dispatcher asks of a cache."""

    __slots__ = ("_enabled", "_prefix")

    trusts_marks = True  # a file is only ever read by the text that it was compiled from

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._enabled = True

    @property
    def cache_path(self) -> str:
        """The folder of the files."""
        return str(folder.root() / folder.MACHINE)

    @rare_collections()
    def load_overload(self, signature: Any, target: Any) -> Any:
        """Return Numba's compile result for a signature, or None where there is none that is sound."""
        if not self._enabled:
            return None
        target.refresh()
        name = self._file(signature, target.codegen())
        pickled = unseal(folder.read(folder.MACHINE, name), name)
        if pickled is None:
            return None
        result = _rebuild(target, pickled)
        wanted, _ = _numba("sigutils").normalize_signature(signature)
        return result if result is not None and tuple(result.signature.args) == tuple(wanted) else None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Write the compile result, if it has no addresses of this process in it and there is space."""
        if not self._enabled or result.lifted or result.library.has_dynamic_globals:
            return
        pickled = _numba("serialize").dumps(result._reduce())  # noqa: SLF001 - as Numba's own cache does
        name = self._file(signature, result.codegen)
        with suppress(CacheError, OSError):  # the code is in memory; only the next process compiles again
            folder.write(folder.MACHINE, name, seal(pickled, name))

    def holds(self, signature: Any, target: Any) -> bool:
        """Say whether there is a file for a signature."""
        return folder.read(folder.MACHINE, self._file(signature, target.codegen())) is not None

    def enable(self) -> None:
        """Use the files."""
        self._enabled = True

    def disable(self) -> None:
        """Neither read nor write."""
        self._enabled = False

    def flush(self) -> None:
        """Forget nothing: a file is only ever read by the text that it was compiled from."""

    def _file(self, signature: Any, codegen: Any) -> str:
        key = f"{signature!r} {codegen.magic_tuple()!r}"
        return f"{self._prefix}-{hashlib.sha256(key.encode()).hexdigest()[:24]}.nbc"


def keep_machine_code(module: ModuleType) -> None:
    """Have every Numba function of the module keep its machine code on disk, and compile in fewer passes."""
    for name, member in vars(module).items():
        if hasattr(member, "py_func") and member.py_func.__module__ == module.__name__:
            member._cache = MachineCode(f"{module.__name__}.{name}")  # noqa: SLF001 - there is no public way
            _adapt(member)


def twin(function: Any) -> Any:
    """Return another Numba function of the same text, which keeps its machine code in the same files."""
    other = type(function)(function.py_func, targetoptions=function.targetoptions)
    other._cache = function._cache  # noqa: SLF001 - as above
    _adapt(other)
    return other


def _adapt(function: Any) -> None:
    use_fewer_passes(function)
    compile_ = _marked(_deeply(function._compiler.compile), function.py_func.__module__)  # noqa: SLF001
    function._compiler.compile = compile_  # noqa: SLF001 - the same


def _deeply(compile_: Callable[..., Any]) -> Callable[..., Any]:
    """Return the compilation with room for Numba's search of definitions: two frames for each block."""

    @rare_collections()
    def run(*args: Any) -> Any:
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(max(before, FRAMES))
        try:
            return compile_(*args)
        finally:
            sys.setrecursionlimit(before)

    return run


def _marked(compile_: Callable[..., Any], module: str) -> Callable[..., Any]:
    """Return the compilation, with a mark for callers that keep the code: see `marks`."""
    return lambda *args: put_mark(compile_(*args), module)


def _rebuild(target: Any, pickled: bytes) -> Any:
    """Return Numba's compile result, or None: whatever is wrong with a file, compiling again is right."""
    try:
        parts = pickle.loads(pickled)  # noqa: S301 - the folder and the file are the user's alone
        return _numba("compiler").CompileResult._rebuild(target, *parts)  # noqa: SLF001
    except Exception:  # noqa: BLE001 - unpickling and linking raise anything
        return None


def seal(content: bytes, name: str) -> bytes:
    """Return the content behind a checksum of it and of its file's name."""
    return _checksum(content, name) + content


def unseal(sealed: bytes | None, name: str) -> bytes | None:
    """Return the content if it is whole, and the one that belongs to this name."""
    if sealed is None or len(sealed) < 32 or _checksum(sealed[32:], name) != sealed[:32]:
        return None
    return sealed[32:]


def _checksum(content: bytes, name: str) -> bytes:
    return hashlib.sha256(name.encode() + b"\0" + content).digest()


def _numba(module: str) -> Any:
    """Return a module of Numba's core, which a module that is being compiled has imported already."""
    return importlib.import_module(f"numba.core.{module}")
