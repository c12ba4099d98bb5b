"""A crisis with two posts, for the tests of acts that open no other."""

import pytest

from adapters.database.unit import Database
from domain.reference import CrisisRef
from tests.posts import crisis_with_posts, persons


@pytest.fixture
async def ref(database: Database) -> CrisisRef:
    return await crisis_with_posts(database)


@pytest.fixture
async def who(database: Database, ref: CrisisRef) -> list[str]:
    return await persons(database, ref)
