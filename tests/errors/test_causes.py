"""Each cause: its class, the place in the user's file, the quoted line with the caret, the remedy."""

import pytest

from tests.errors import arguments, calls, values, writes
from tests.errors.cause import check

ALL = [*arguments.CAUSES, *values.CAUSES, *writes.CAUSES, *calls.CAUSES]


@pytest.mark.parametrize("cause", ALL, ids=lambda cause: cause.id)
def test_the_error_names_place_and_remedy(cause):
    check(cause)
