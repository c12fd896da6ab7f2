"""What the tests of this room share: each database in turn."""

from tests.support.databases import stores

__all__ = ["stores"]
