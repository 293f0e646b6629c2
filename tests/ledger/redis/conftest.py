"""A Redis server that goes by the real time, shared by a module's tests; each has a site of its own on it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests import redis_servers
from tests.redis_servers import RedisServer


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A plain server. A test that stops, kills or configures one starts its own, by `redis_servers.redis_server`."""
    with redis_servers.redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def site() -> str:
    """The name of a site that no other test has."""
    return f"planta-{uuid4().hex[:12]}"
