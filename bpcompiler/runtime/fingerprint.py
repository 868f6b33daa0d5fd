"""The world that compiled code depends on, as one short text: versions, our own source, the processor.

It stands in front of every second process's first call, so it imports none of what it names: versions
are read off the `.dist-info` folder beside a package (0.2 ms; `importlib.metadata` takes 12 ms to import),
and the digest of our own source is remembered under the files' times and sizes.
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
from importlib.util import find_spec

from bpcompiler.runtime import folder

PACKAGES = ("numpy", "numba", "llvmlite", "sympy", "scipy")
NUMBA_OPTIONS = ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES", "NUMBA_OPT", "NUMBA_LOOP_VECTORIZE",
                 "NUMBA_SLP_VECTORIZE", "NUMBA_BOUNDSCHECK", "NUMBA_DISABLE_INTEL_SVML", "NUMBA_DISABLE_JIT")
_CPU_FACTS = ("model name", "flags", "Features", "CPU ", "vendor_id", "cpu family", "model\t", "stepping", "isa")
_FIRST_PROCESSOR = 40  # lines of /proc/cpuinfo: a big machine lists hundreds of processors, slowly
_IMPORTED = time.time()
_SETTLED = 2.0  # seconds after which a change to a file must show in its times


@functools.cache
def environment() -> str:
    """Return a digest of everything but program and arguments that machine code depends on."""
    facts = [f"python {sys.version} {sys.implementation.cache_tag}", processor()]
    facts += [f"bpcompiler {package_digest()}"]
    facts += [f"{name} {version(name)}" for name in PACKAGES]
    facts += [f"{name}={os.environ.get(name, '')}" for name in NUMBA_OPTIONS]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


@functools.cache
def version(package: str) -> str:
    """Return an installed package's version without importing it; "" where it is not installed."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return ""
    beside = _dist_infos(os.path.dirname(next(iter(spec.submodule_search_locations))))
    found = [name[len(package) + 1 : -len(".dist-info")] for name in beside if name.startswith(f"{package}-")]
    return " ".join(found) or _version_by_metadata(package)


@functools.cache
def _dist_infos(site: str) -> list[str]:
    return sorted(name for name in os.listdir(site) if name.endswith(".dist-info"))


def _version_by_metadata(package: str) -> str:
    """Return the version of a package whose metadata is elsewhere, as in a development install."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as metadata_version

    try:
        return metadata_version(package)
    except PackageNotFoundError:
        return str(getattr(__import__(package), "__version__", ""))


@functools.cache
def processor() -> str:
    """Return the processor's name and features, as the system tells them."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            lines = [next(file, "").strip() for _ in range(_FIRST_PROCESSOR)]
    except OSError:
        return " ".join((platform.machine(), os.environ.get("PROCESSOR_IDENTIFIER", ""), platform.version()))
    return " ".join([platform.machine(), *(line for line in lines if line.startswith(_CPU_FACTS))])


@functools.cache
def package_digest() -> str:
    """Return a digest of our own source files.

    Python code in memory is that of the files at import. If a file is newer than that, what this process
    compiles belongs to neither version, so the digest is one that nobody shares.
    """
    files = _source_files(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    newest = max((changed for _, _, changed, _ in files), default=0) / 1e9
    if not files:
        return version("bpcompiler")
    if newest > _IMPORTED:
        return secrets.token_hex(16)
    memo, stamp = "digest_" + _digest(files[0][0]) + ".json", _digest(repr(files))
    known = _remembered(memo)
    if known is not None and known.get("stamp") == stamp:
        return str(known["digest"])
    digest = _digest_of_files([path for path, *_ in files])
    if time.time() - newest > _SETTLED:
        folder.write(folder.INDEX, memo, json.dumps({"stamp": stamp, "digest": digest}).encode())
    return digest


def _remembered(memo: str) -> dict[str, str] | None:
    try:
        known = json.loads(folder.read(folder.INDEX, memo) or b"null")
    except ValueError:
        return None
    return known if isinstance(known, dict) and "digest" in known else None


def _source_files(package: str) -> list[tuple[str, int, int, int]]:
    """Return path, modification time, change time (ns) and size of each source file, in order."""
    found: list[tuple[str, int, int, int]] = []
    waiting = [package]
    while waiting:
        for entry in os.scandir(waiting.pop()):
            if entry.name.endswith(".py"):
                status = entry.stat()
                found.append((entry.path, status.st_mtime_ns, status.st_ctime_ns, status.st_size))
            elif entry.is_dir() and entry.name != "__pycache__":
                waiting.append(entry.path)
    return sorted(found)


def _digest_of_files(paths: list[str]) -> str:
    total = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            total.update(path.encode() + b"\0" + hashlib.sha256(file.read()).digest())
    return total.hexdigest()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
