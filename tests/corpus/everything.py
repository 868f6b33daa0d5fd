"""All programs, by module. A test that concerns every program is parametrised with `ALL`.

`CALLS` has each of them at each of its arguments, in the same order.
"""

from __future__ import annotations

from tests.corpus import (
    algebra,
    aliases,
    arrays,
    branches,
    checkpointing,
    drawing,
    exits,
    for_loops,
    idioms,
    kinks,
    language,
    losses,
    models,
    nesting,
    realistic,
    scalars,
    stores,
    views,
    while_loops,
)

MODULES = {
    "scalars": scalars,
    "language": language,
    "arrays": arrays,
    "models": models,
    "algebra": algebra,
    "kinks": kinks,
    "realistic": realistic,
    "idioms": idioms,
    "branches": branches,
    "for_loops": for_loops,
    "losses": losses,
    "while_loops": while_loops,
    "exits": exits,
    "stores": stores,
    "views": views,
    "aliases": aliases,
    "nesting": nesting,
    "checkpointing": checkpointing,
    "drawing": drawing,
}
ALL = [program for module in MODULES.values() for program in module.PROGRAMS]
CALLS = [call for program in ALL for call in program.calls]
