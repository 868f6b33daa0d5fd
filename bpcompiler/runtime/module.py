"""Generated text as an imported module, from a real file.

Real files make tracebacks, debuggers, profilers and `inspect` work. The text is compiled from memory after
the file was found equal to it, so neither a stale `.pyc` nor a changed file can run.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Mapping
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType
from typing import Any

from bpcompiler.runtime.machine import keep_machine_code
from bpcompiler.runtime.store import module_name, store_module


def load_module(text: str, name: str, given: Mapping[str, Any] | None = None) -> ModuleType:
    """Return the module with this text, the same one each time; `name` is the function's, for people.

    `given`: names that the text may use; it must say what they stand for, since the text names the module.

    It stands in `sys.modules` under a name of its own. Functions decorated with `numba.njit` keep their
    machine code in the cache folder. They should not say `cache=True`: that has Numba look for a place of its
    own as well, and fail where there is none. Nor should they name signatures: those compile before the
    cache is in place.
    """
    unique = module_name(text, name)
    known = sys.modules.get(unique)
    if known is not None:
        return known
    path = str(store_module(text, name))
    module = _new_module(unique, path)
    vars(module).update(given or {})
    # No date: the lines are these even if the file goes (clear_cache) or another process rewrites it.
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    exec(compile(text, path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - our own text
    keep_machine_code(module)
    # Only a finished module is visible, and of two threads one wins: no lock that a fork could inherit.
    return sys.modules.setdefault(unique, module)


def _new_module(unique: str, path: str) -> ModuleType:
    loader = SourceFileLoader(unique, path)
    spec = ModuleSpec(unique, loader, origin=path)
    spec.has_location = True
    module = ModuleType(unique)
    module.__file__, module.__spec__, module.__loader__ = path, spec, loader
    return module
