"""What earlier processes found out: entries under a key, so that nothing is traced and differentiated twice.

One file a key, `index/<sha256 of environment and key>.json`: a checksum, then a JSON list, the newest entry
first. What an entry means is the caller's affair. A file that is missing, damaged or of another version is
no entry at all. Of two processes that record at once, one entry may be lost: that costs a compilation.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bpcompiler.errors import CacheError
from bpcompiler.runtime import folder
from bpcompiler.runtime.fingerprint import environment
from bpcompiler.runtime.machine import seal, unseal

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Index:
    """The entries on disk. `limit` is the number kept under one key."""

    limit: int = 16

    def lookup(self, key: str) -> list[Entry] | None:
        """Return the key's entries, newest first, or None."""
        name = _file(key)
        content = unseal(folder.read(folder.INDEX, name), name)
        try:
            entries = json.loads(content) if content else None
        except ValueError:
            return None
        return entries if isinstance(entries, list) else None

    def record(self, key: str, entry: Entry) -> None:
        """Add an entry, which must be JSON. An equal one moves to the front; the oldest may go."""
        new: Entry = json.loads(json.dumps(entry))  # as it will be read: equal entries are found
        entries = [new, *(old for old in self.lookup(key) or () if old != new)][: self.limit]
        with suppress(CacheError):  # only the next process has more to do
            name = _file(key)
            folder.write(folder.INDEX, name, seal(json.dumps(entries).encode(), name))

    def forget(self, key: str) -> None:
        """Remove the key's entries."""
        with suppress(CacheError):
            folder.write(folder.INDEX, _file(key), b"")


def _file(key: str) -> str:
    return hashlib.sha256(f"{environment()}\n{key}".encode()).hexdigest() + ".json"
