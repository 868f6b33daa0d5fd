"""Every program with control flow or stores that is written by hand: `REGIONS`."""

from __future__ import annotations

from tests.transforms.region_arrays import ARRAYS
from tests.transforms.region_case import Region
from tests.transforms.region_flow import FLOW
from tests.transforms.region_stores import STORES

REGIONS: tuple[Region, ...] = tuple(make() for make in (*FLOW, *STORES, *ARRAYS))
