"""What has been derived before: the table that ships with the library, and the user's own on disk.

The user's memo is a directory with one small file a derivative. The file's name is the digest of the
stage, the input, SymPy's version and this package's own text, so that nothing is ever served stale. A file
that is damaged, or that cannot be read or written, is the same as none.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from typing import Any

from bpcompiler.transforms.symbolic.expression import OUTPUT, Call, Expr, parse, symbols, walk
from bpcompiler.transforms.symbolic.operations import OPERATIONS

SHIPPED = Path(__file__).with_name("derived.json")


@cache
def shipped() -> dict[str, dict[str, str]]:
    """Return the table that ships: stage -> input -> partial, all as texts."""
    try:
        table: dict[str, dict[str, str]] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return table


@cache
def engine_version() -> str:
    """Return a digest of what a derivative depends on: SymPy's version and the text of this package."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  20 ms, for a memo only

    digest = sha256()
    for name in ("sympy", "mpmath"):
        with suppress(PackageNotFoundError):
            digest.update(f"{name} {version(name)}\n".encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Memo:
    """Derivatives remembered in a directory; without one, nothing is."""

    directory: Path | None = None

    def recall(self, stage: Expr, wrt: str) -> Expr | None:
        """Return the partial, or None where it is not known."""
        if self.directory is None:
            return None
        with suppress(OSError, ValueError):
            return _opened(json.loads(self._path(stage, wrt).read_text(encoding="utf-8")), stage, wrt)
        return None

    def remember(self, stage: Expr, wrt: str, partial: Expr) -> None:
        """Write the partial down, in one step; do nothing where the directory cannot be written."""
        if self.directory is None:
            return
        with suppress(OSError):
            self.directory.mkdir(parents=True, exist_ok=True)
            _write(self._path(stage, wrt), json.dumps(_sealed(stage, wrt, partial)))

    def _path(self, stage: Expr, wrt: str) -> Path:
        key = f"{engine_version()}\n{stage}\n{wrt}"
        return (self.directory or Path()) / f"{sha256(key.encode()).hexdigest()[:40]}.json"


def _sealed(stage: Expr, wrt: str, partial: Expr) -> dict[str, str]:
    entry = {"stage": str(stage), "wrt": wrt, "partial": str(partial)}
    return entry | {"seal": _seal(entry)}


def _seal(entry: dict[str, str]) -> str:
    return sha256("\n".join((entry["stage"], entry["wrt"], entry["partial"])).encode()).hexdigest()


def _opened(entry: Any, stage: Expr, wrt: str) -> Expr | None:
    """Return the partial of a file's content, if it is whole and about this stage."""
    fields = ("stage", "wrt", "partial", "seal")
    if not isinstance(entry, dict) or not all(isinstance(entry.get(name), str) for name in fields):
        return None
    if (entry["stage"], entry["wrt"], entry["seal"]) != (str(stage), wrt, _seal(entry)):
        return None
    partial = parse(entry["partial"])
    known = all(part.op in OPERATIONS for part in walk(partial) if isinstance(part, Call))
    return partial if known and {*symbols(stage), OUTPUT.name}.issuperset(symbols(partial)) else None


def _write(path: Path, text: str) -> None:
    """Write beside the target and rename: a reader sees the whole file or none."""
    temporary = path.with_suffix(f".{os.getpid()}-{get_ident()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
