"""The cache folder: files that only their owner can write, written atomically, never in the way.

    <root>/modules/   generated modules
    <root>/machine/   their machine code
    <root>/index/     finished compilations, digests
    <root>/derivatives/  local gradients that SymPy found

The root is `BPCOMPILER_CACHE_DIR`, or else the user's cache folder. Loading a file runs it, so what
others could have written is not loaded (POSIX; elsewhere the user's profile is private by itself). Where
the root cannot be written (a read-only home, a full disk) the process goes on with a temporary folder of
its own. There are no locks: a reader sees a whole file or none, and processes may come and go at will.
"""

from __future__ import annotations

import functools
import os
import secrets
import stat
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bpcompiler.errors import CacheError

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES = "modules"
MACHINE = "machine"
INDEX = "index"
DERIVATIVES = "derivatives"  # read and written by the symbolic engine, which checks what it reads
NUMBAS = "modules/__pycache__"  # where Numba and Python put things by themselves
PARTS = (INDEX, DERIVATIVES, MACHINE, NUMBAS, MODULES)  # the order in which they can go

TEMPORARY = ".bp_tmp_"
ABANDONED = 3600.0  # seconds after which a temporary file belongs to nobody

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)

_own: list[Path] = []  # the process's own folders, the newest last
_swept: set[Path] = set()
_warned: set[Path] = set()


def root() -> Path:
    """Return the cache folder's path, which need not exist."""
    given = os.environ.get("BPCOMPILER_CACHE_DIR")
    return Path(given).absolute() if given else _user_cache_dir()


@functools.cache
def _user_cache_dir() -> Path:
    import platformdirs  # noqa: PLC0415 - 5 ms, and not needed where the variable is set

    return Path(platformdirs.user_cache_dir("bpcompiler"))


def read(part: str, name: str) -> bytes | None:
    """Return a file's content, or None where it is missing or somebody else could have written it."""
    for base in (root(), *_own):
        content = _read_trusted(base, part, name)
        if content is not None:
            return content
    return None


def find(part: str, name: str, content: bytes) -> Path | None:
    """Return the path of the file of that name that has exactly this content, or None."""
    for base in (root(), *_own):
        if _read_trusted(base, part, name) == content:
            return base / part / name
    return None


def place(part: str) -> Path | None:
    """Return the path of a part of the root, for one who reads and writes there himself, if it is private."""
    try:
        return _make_part(root(), part)
    except OSError:
        return None


def write(part: str, name: str, content: bytes) -> Path:
    """Write a file atomically and return its path: in the root, or else in a folder of this process."""
    reason: OSError | None = None
    for base in _writable():
        try:
            return _write_in(_make_part(base, part), name, content)
        except OSError as error:
            reason = error
    raise CacheError(
        f"neither {root()} nor a temporary folder can be written: {reason}",
        remedy="set BPCOMPILER_CACHE_DIR to a folder with some space left",
    )


def _writable() -> Iterator[Path]:
    """Yield the folders to try in turn: the root, the process's own, a new one."""
    yield root()
    if _own and _own[-1].is_dir():  # after a fork, the parent may have ended and removed it
        yield _own[-1]
    with suppress(OSError):  # not even a temporary folder: `write` reports what came before
        yield _new_own_folder()


def _new_own_folder() -> Path:
    """Return a new temporary folder, private to the process and removed when it ends."""
    import atexit  # noqa: PLC0415 - rarely needed, as the others
    import shutil  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    path, owner = Path(tempfile.mkdtemp(prefix="bpcompiler_")), os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # not at the end of a forked child
            shutil.rmtree(path, ignore_errors=True)

    atexit.register(remove)
    _own.append(path)
    return path


def _make_part(base: Path, part: str) -> Path:
    """Return the path of a part, made for its owner only if it is not there. OSError if it is not safe."""
    _make_private(base)
    _make_private(base / part)
    return base / part


def _make_private(folder: Path) -> None:
    """Make a folder for its owner only, unless it is there. OSError if others could write to it."""
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another process made it just now
            folder.mkdir(0o700)
    if not _is_trusted(folder):
        raise PermissionError(f"{folder} is not private")


def _write_in(folder: Path, name: str, content: bytes) -> Path:
    """Write beside the target, then rename: a killed process leaves a temporary file, never half a target."""
    _sweep(folder)
    path = folder / name
    temporary = folder / f"{TEMPORARY}{os.getpid()}_{secrets.token_hex(8)}"
    try:
        with open(os.open(temporary, _CREATE, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(content)
        temporary.replace(path)
    except OSError:
        if _read_private(path) != content:  # else Windows refused to replace a file in use, by an equal one
            raise
    finally:
        with suppress(OSError):  # it is there only if something went wrong
            temporary.unlink()
    return path


def _sweep(folder: Path) -> None:
    """Remove what killed processes left, once per process and folder."""
    if folder in _swept:
        return
    _swept.add(folder)
    limit = time.time() - ABANDONED
    for entry in os.scandir(folder):
        if entry.name.startswith(TEMPORARY):
            with suppress(OSError):  # another process was quicker
                if entry.stat().st_mtime < limit:
                    Path(entry.path).unlink()


def _read_trusted(base: Path, part: str, name: str) -> bytes | None:
    """Return a file's content if file and folders are ours alone, else None."""
    if not (_is_trusted(base) and _is_trusted(base / part)):
        return None
    return _read_private(base / part / name)


def _read_private(path: Path) -> bytes | None:
    """Return the content of a regular file of ours that no one else can write, or None."""
    try:
        descriptor = os.open(path, _OPEN)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
            status = os.fstat(descriptor)
            return file.read() if stat.S_ISREG(status.st_mode) and _is_ours(status) else None
    except OSError:
        return None


def _is_ours(status: os.stat_result) -> bool:
    """Say whether only the user of this process can have written there."""
    return os.name != "posix" or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)


def _is_trusted(folder: Path) -> bool:
    """Say whether a folder is there and ours. A foreign one is reported once."""
    try:
        status = folder.stat()
    except OSError:
        return False
    if not _is_ours(status) and folder not in _warned:
        _warned.add(folder)
        warnings.warn(
            f"{folder} is not used as a cache: it belongs to another user, or others can write to it. "
            "Give bpcompiler a folder of your own (BPCOMPILER_CACHE_DIR; chmod go-w)",
            RuntimeWarning,
            stacklevel=2,
        )
    return _is_ours(status)
