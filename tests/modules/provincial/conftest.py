"""The money of tests of awards."""

from tests.modules.policies.conftest import books

__all__ = ["books"]
