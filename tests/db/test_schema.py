"""`schema.sql` is what the migrations make."""

import os

import pytest

from tests.support.schema import FILE, schema_of


@pytest.mark.skipif(
    "TEST_DATABASE_URL" in os.environ, reason="servers of other versions write it in other words"
)
def test_the_schema_is_what_the_migrations_make(dsn: str) -> None:
    assert schema_of(dsn) == FILE.read_text(encoding="utf-8"), "write it anew: make schema"
