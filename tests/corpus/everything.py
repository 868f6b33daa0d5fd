"""All programs, by module. A test that concerns every program is parametrised with `ALL`."""

from __future__ import annotations

from tests.corpus import arrays, idioms, kinks, language, models, realistic, scalars

MODULES = {
    "scalars": scalars,
    "language": language,
    "arrays": arrays,
    "models": models,
    "kinks": kinks,
    "realistic": realistic,
    "idioms": idioms,
}
ALL = [program for module in MODULES.values() for program in module.PROGRAMS]
