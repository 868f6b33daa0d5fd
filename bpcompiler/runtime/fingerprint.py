"""The world that compiled code depends on, as one short text: versions, our own source, the processor.

It stands in front of every process's first call, so it imports none of what it names: versions are read
off the `.dist-info` folder beside a package (0.2 ms; `importlib.metadata` takes 12 ms to import), and the
digest of our own source is remembered under the files' times and sizes.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
import secrets
import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from bpcompiler.errors import CacheError
from bpcompiler.runtime import folder
from bpcompiler.runtime.vector_library import vector_library

PACKAGES = ("numpy", "numba", "llvmlite", "sympy", "scipy")
NUMBA_OPTIONS = (
    "NUMBA_BOUNDSCHECK",
    "NUMBA_CPU_FEATURES",
    "NUMBA_CPU_NAME",
    "NUMBA_DISABLE_INTEL_SVML",
    "NUMBA_DISABLE_JIT",
    "NUMBA_LOOP_VECTORIZE",
    "NUMBA_OPT",
    "NUMBA_SLP_VECTORIZE",
)
_CPU_FACTS = ("vendor_id", "cpu family", "model", "stepping", "flags", "Features", "CPU ", "isa")
_FIRST_PROCESSOR = 40  # lines of /proc/cpuinfo: a big machine lists hundreds of processors, slowly
_SETTLED = 2.0  # seconds after which a change to a file must show in its times
_IMPORTED = time.time()


@functools.cache
def environment() -> str:
    """Return a digest of everything but program and arguments that machine code depends on."""
    facts = [f"python {sys.version} {sys.implementation.cache_tag}", processor()]
    facts += [f"bpcompiler {package_digest()}", f"vector functions {vector_library()}"]
    facts += [f"{name} {version(name)}" for name in PACKAGES]
    facts += [f"{name}={os.environ.get(name, '')}" for name in NUMBA_OPTIONS]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


@functools.cache
def version(package: str) -> str:
    """Return an installed package's version without importing it; "" where it is not installed."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return ""
    names = _dist_infos(Path(next(iter(spec.submodule_search_locations))).parent)
    found = [name.removeprefix(f"{package}-") for name in names if name.startswith(f"{package}-")]
    return " ".join(found) or _version_by_metadata(package)


@functools.cache
def _dist_infos(site: Path) -> list[str]:
    suffix = ".dist-info"
    return sorted(
        entry.name.removesuffix(suffix) for entry in os.scandir(site) if entry.name.endswith(suffix)
    )


def _version_by_metadata(package: str) -> str:
    """Return the version of a package whose metadata is elsewhere, as in a development install."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 12 ms

    try:
        return version(package)
    except PackageNotFoundError:
        return str(getattr(__import__(package), "__version__", ""))


@functools.cache
def processor() -> str:
    """Return the processor's name and features, as the system tells them."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as file:
            lines = [next(file, "").strip() for _ in range(_FIRST_PROCESSOR)]
    except OSError:
        return " ".join((platform.machine(), os.environ.get("PROCESSOR_IDENTIFIER", ""), platform.version()))
    return " ".join([platform.machine(), *(line for line in lines if line.startswith(_CPU_FACTS))])


class _SourceFile(NamedTuple):
    """One of our files: when it was written (ns), when anything about it changed (ns), its size."""

    path: str
    modified: int
    changed: int
    size: int


@functools.cache
def package_digest() -> str:
    """Return a digest of our own source files.

    Python code in memory is that of the files at import. If a file is newer than that, what this process
    compiles belongs to neither version, so the digest is one that nobody shares.
    """
    package = Path(__file__).resolve().parent.parent
    files = _source_files(package)
    if not files:  # imported from an archive
        return version("bpcompiler")
    newest = max(file.modified for file in files) / 1e9
    if newest > _IMPORTED:
        return secrets.token_hex(16)
    return _remembered_digest(package, files)


def _remembered_digest(package: Path, files: list[_SourceFile]) -> str:
    """Return the files' digest, read again only if a time or size has changed."""
    memo, stamp = f"digest_{_short(str(package))}.json", _short(repr(files))
    known = _read_memo(memo)
    if known.get("stamp") == stamp:
        return known["digest"]
    digest = _digest_of(package, files)
    if time.time() - max(file.changed for file in files) / 1e9 > _SETTLED:
        with suppress(CacheError):
            folder.write(folder.INDEX, memo, json.dumps({"stamp": stamp, "digest": digest}).encode())
    return digest


def _read_memo(memo: str) -> dict[str, str]:
    try:
        known = json.loads(folder.read(folder.INDEX, memo) or b"{}")
    except ValueError:
        return {}
    return known if isinstance(known, dict) and isinstance(known.get("digest"), str) else {}


def _source_files(package: Path) -> list[_SourceFile]:
    found: list[_SourceFile] = []
    waiting = [str(package)] if package.is_dir() else []
    while waiting:
        for entry in os.scandir(waiting.pop()):
            if entry.name.endswith(".py"):
                status = entry.stat()
                found.append(_SourceFile(entry.path, status.st_mtime_ns, status.st_ctime_ns, status.st_size))
            elif entry.name != "__pycache__" and entry.is_dir():
                waiting.append(entry.path)
    return sorted(found)


def _digest_of(package: Path, files: list[_SourceFile]) -> str:
    total = hashlib.sha256()
    for file in files:
        name = str(Path(file.path).relative_to(package))  # two installations of one version are the same
        total.update(name.encode() + b"\0" + hashlib.sha256(Path(file.path).read_bytes()).digest())
    return total.hexdigest()


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
