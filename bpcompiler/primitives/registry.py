"""Every primitive there is: an explicit list of families, in the order of the folder."""

from __future__ import annotations

from bpcompiler.primitives import (
    adjoint,
    arithmetic,
    broadcasting,
    cholesky,
    clipping,
    creation,
    functions,
    indexing,
    lapack,
    linalg,
    loops,
    norms,
    order,
    piecewise,
    powers,
    products,
    random,
    reductions,
    regions,
    shapes,
    stores,
    tapes,
    triangles,
)
from bpcompiler.primitives.declare import Declared, Elementwise

FAMILIES: dict[str, tuple[Declared, ...]] = {
    "arithmetic": arithmetic.FAMILY,
    "powers": powers.FAMILY,
    "functions": functions.FAMILY,
    "piecewise": piecewise.FAMILY,
    "clipping": clipping.FAMILY,
    "norms": norms.FAMILY,
    "broadcasting": broadcasting.FAMILY,
    "reductions": reductions.FAMILY,
    "shapes": shapes.FAMILY,
    "order": order.FAMILY,
    "indexing": indexing.FAMILY,
    "products": products.FAMILY,
    "creation": creation.FAMILY,
    "random": random.FAMILY,
    "triangles": triangles.FAMILY,
    "linalg": linalg.FAMILY,
    "cholesky": cholesky.FAMILY,
    "lapack": lapack.FAMILY,
    "adjoint": adjoint.FAMILY,
    "loops": loops.FAMILY,
    "stores": stores.FAMILY,
    "regions": regions.FAMILY,
    "tapes": tapes.FAMILY,
}

ALL: dict[str, Declared] = {p.name: p for family in FAMILIES.values() for p in family}

SMOOTH: dict[str, Elementwise] = {
    name: p for name, p in ALL.items() if isinstance(p, Elementwise) and p.smooth
}
