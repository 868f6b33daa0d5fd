"""All programs, by module. A test that concerns every program is parametrised with `ALL`."""

from __future__ import annotations

from tests.corpus import arrays, kinks, language, models, scalars

MODULES = {"scalars": scalars, "language": language, "arrays": arrays, "models": models, "kinks": kinks}
ALL = [program for module in MODULES.values() for program in module.PROGRAMS]
