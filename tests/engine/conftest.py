from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine.room import Room


@pytest.fixture(scope="session")
def room() -> Iterator[Room]:
    found = Room()
    yield found
    found.close()
