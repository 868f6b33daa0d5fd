"""Errors: each cause with its message, place and remedy; and that nothing is left behind."""

import pytest

pytest.register_assert_rewrite("tests.errors.cause")
