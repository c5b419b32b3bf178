"""Addresses of Sentinels: what they say, what is wrong with them, and what is never shown."""

from __future__ import annotations

import pytest

from tests.bus.two import carried, ends, new_bus
from tests.deploy.stand_ins import dead_port
from tests.sentinel import NAME, sentinel_server
from tests.valkey import ValkeyServer, valkey_server
from vetrina.bus.port import BusUnusable
from vetrina.bus.redis.sentinel import PrimaryFinder, primary_at
from vetrina.bus.redis.server_info import server_at


async def test_two_processes_talk_by_way_of_a_sentinel(valkey: ValkeyServer) -> None:
    with sentinel_server(valkey) as sentinel:
        url = f"redis+sentinel://{sentinel.address}/{NAME}"
        async with ends(url, url) as (one, other):
            await carried(one, other, 1)
            assert one.bus.health.ok


async def test_a_database_keeps_installations_apart(valkey: ValkeyServer) -> None:
    with sentinel_server(valkey) as sentinel:
        assert primary_at(f"redis+sentinel://{sentinel.address}/{NAME}/3").database == 3


async def test_redis_and_sentinels_have_passwords_of_their_own() -> None:
    with (
        valkey_server(requirepass="geheim") as valkey,
        sentinel_server(valkey, requirepass="verborgen") as sentinel,
    ):
        where = f"redis+sentinel://default:geheim@{sentinel.address}/{NAME}"
        url = f"{where}?sentinel_username=default&sentinel_password=verborgen"
        async with ends(url, url) as (one, other):
            await carried(one, other, 1)
        for wrong in (where, f"{where}?sentinel_password=falsch"):
            told = await refusal(wrong)
            assert "has no Sentinel that answers: it refuses the user name or password" in told
            assert "geheim" not in told
            assert "falsch" not in told


async def refusal(url: str) -> str:
    """How a start with this address ends."""
    end = new_bus(url)
    with pytest.raises(BusUnusable) as told:
        await end.bus.open(end.listener)
    return str(told.value)


async def test_what_is_missing_is_said_in_words(valkey: ValkeyServer) -> None:
    away = f"127.0.0.1:{dead_port()}"
    assert await refusal(f"redis+sentinel://:geheim@{away}/{NAME}") == (
        f"VETRINA_REDIS (or --redis): Redis at {away}/{NAME} has no Sentinel that answers: "
        "it cannot be reached (Connection refused)."
    )
    with sentinel_server(valkey) as sentinel:
        told = await refusal(f"redis+sentinel://{sentinel.address}/other")
        assert "has no primary 'other' that its Sentinels call well" in told


async def test_a_sentinel_that_hangs_is_passed_over(valkey: ValkeyServer) -> None:
    with sentinel_server(valkey) as frozen, sentinel_server(valkey) as well:
        frozen.freeze()
        found = primary_at(f"redis+sentinel://{frozen.address},{well.address}/{NAME}").find
        assert found is not None
        assert await found() == ("127.0.0.1", valkey.port)
        frozen.thaw()


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://host:26379",
        "redis+sentinel://host:26379/",
        "redis+sentinel:///mymaster",
        "redis+sentinel://one,,two/mymaster",
        "redis+sentinel://host:port/mymaster",
        "redis+sentinel://host/mymaster/first",
        "redis+sentinel://host/mymaster?sentinel_password",
    ],
)
def test_a_wrong_address_of_sentinels_is_said(url: str) -> None:
    with pytest.raises(BusUnusable, match=r"expected redis\+sentinel://host:26379,other:26379/"):
        primary_at(url)


def test_an_option_that_does_not_exist_is_said() -> None:
    with pytest.raises(BusUnusable, match="its options are not those of a Redis address"):
        primary_at("redis+sentinel://host/mymaster?colour=red")


def test_tls_is_for_redis_and_sentinels_alike() -> None:
    server = primary_at(
        "rediss+sentinel://u%40x:p%2Fw@[::1],two:1/my%20primary?ssl_ca_certs=/ca.pem"
    )
    assert server.kind is server_at("rediss://host").kind
    assert (server.options["username"], server.options["password"]) == ("u@x", "p/w")
    assert isinstance(server.find, PrimaryFinder)
    asked = server.find.asked()
    shown = [one.connection_pool.connection_kwargs for one in asked.sentinels]
    assert [(one["host"], one["port"]) for one in shown] == [("::1", 26379), ("two", 1)]
    assert [one["ssl_ca_certs"] for one in shown] == ["/ca.pem", "/ca.pem"]
    assert [one["password"] for one in shown] == [None, None]
    assert "p/w" not in server.name
    assert server.name == "[::1],two:1/my primary"
