"""Generated text as files: `bp_<function>_<16 hex>.py`, named by text and environment.

The same text always has the same name, so two processes that write it at once write the same file. Another
version of Python, Numba or bpcompiler, or another processor, has other names: machine code beside the
module can never be that of another compiler.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from bpcompiler.runtime import folder
from bpcompiler.runtime.fingerprint import environment

if TYPE_CHECKING:
    from pathlib import Path

_OURS = re.compile(
    r"""
    bp_.*\.(py|pyc|nbc|nbi) | bp_.*\.nb[ci]\.tmp\..*       # modules, machine code (ours and Numba's own)
    | [0-9a-f]{64}\.json | digest_[0-9a-f]+\.json         # the index
    | [0-9a-f]{40}\.(json|[0-9-]+\.tmp)                  # derivatives
    | \.bp_tmp_.*""",
    re.VERBOSE,
)


def module_name(text: str, name: str) -> str:
    """Return the module name that belongs to a text; `name` is the function's, for people."""
    readable = re.sub(r"[^0-9A-Za-z]+", "_", name).strip("_")[:60] or "function"
    digest = hashlib.sha256(f"{environment()}\n{text}".encode()).hexdigest()
    return f"bp_{readable}_{digest[:16]}"


def store_module(text: str, name: str) -> Path:
    """Return the path of a file that has exactly this text, written only if there is none."""
    file_name, content = module_name(text, name) + ".py", text.encode()
    return folder.find(folder.MODULES, file_name, content) or folder.write(folder.MODULES, file_name, content)


def clear_cache() -> None:
    """Remove every file of ours from the cache folder, and nothing else.

    Other processes may go on: what they have loaded stays in their memory, what they miss they write again.
    """
    for part in folder.PARTS:
        path = folder.root() / part
        for file in _files(path):
            if _OURS.fullmatch(file.name):
                with suppress(OSError):  # another process removed it, or (Windows) has it open
                    file.unlink()
        _remove_if_empty(path)
    _remove_if_empty(folder.root())


def _files(path: Path) -> list[Path]:
    try:
        return list(path.iterdir())
    except OSError:
        return []


def _remove_if_empty(path: Path) -> None:
    with suppress(OSError):
        path.rmdir()
