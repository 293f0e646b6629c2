"""What could make a server lose acknowledged work, and other facts for a technician."""

from typing import Any

from redis.asyncio import RedisCluster
from redis.exceptions import ResponseError

from core.domain.reasons import Riesgo
from core.ledger.protocol import Health
from core.ledger.redis.schema import Keys
from core.ledger.redis.servers import Client


async def examine(client: Client, keys: Keys, *, needed_replicas: int) -> Health:
    """The health of the server that holds the site; proves that it can be written."""
    await client.set(keys("probe"), "1", px=1000)
    info = await _ask(client, keys, "INFO")
    fsync = await _setting(client, keys, "appendfsync")
    load_truncated = await _setting(client, keys, "aof-load-truncated")
    facts = {
        "engine": "redis",
        "redis_version": str(info.get("redis_version", "?")),
        "mode": str(info.get("redis_mode", "?")),
        "role": str(info.get("role", "?")),
        "replicas": str(info.get("connected_slaves", "?")),
        "appendonly": "yes" if info.get("aof_enabled") else "no",
        "appendfsync": fsync,
        "aof_load_truncated": load_truncated,
        "maxmemory_policy": str(info.get("maxmemory_policy", "?")),
        "memory": str(info.get("used_memory_human", "?")),
    }
    risks = _risks(info, fsync, load_truncated, needed_replicas)
    return Health(facts=facts, risks=tuple(risk for risk, is_present in risks.items() if is_present))


async def _ask(client: Client, keys: Keys, *command: str) -> Any:
    """A server's reply: in a cluster, that of the node that has the site."""
    if isinstance(client, RedisCluster):
        node = client.get_node_from_key(keys.ledger)
        return await client.execute_command(*command, target_nodes=node)
    return await client.execute_command(*command)  # type: ignore[no-untyped-call]


async def _setting(client: Client, keys: Keys, name: str) -> str:
    """A setting's value, or "?" without the permission to read settings, which a kiosk does not need."""
    try:
        found = await _ask(client, keys, "CONFIG GET", name)
    except ResponseError:
        return "?"
    return str(found.get(name, "?"))


def _risks(info: dict[str, Any], fsync: str, load_truncated: str, needed_replicas: int) -> dict[Riesgo, bool]:
    has_aof = bool(info.get("aof_enabled"))
    return {
        Riesgo.SIN_AOF: not has_aof,
        Riesgo.FSYNC_DIFERIDO: has_aof and fsync == "everysec",
        Riesgo.SIN_FSYNC: has_aof and fsync == "no",
        # Such a server starts on a log that was torn within a MULTI and leaves that MULTI open in it. What is
        # acknowledged from then on is written behind it, and may be lost, or joined by what was torn, at the start
        # after that (https://github.com/valkey-io/valkey/pull/4342).
        Riesgo.REGISTRO_CORTABLE: has_aof and load_truncated == "yes",
        Riesgo.DESALOJO: info.get("maxmemory_policy", "noeviction") != "noeviction",
        Riesgo.AOF_FALLA: info.get("aof_last_write_status", "ok") != "ok",
        Riesgo.FALTAN_REPLICAS: int(info.get("connected_slaves", 0)) < needed_replicas,
    }
