"""A server that is killed at any moment forgets nothing that it acknowledged."""

import random
from collections import Counter

import pytest

from tests.forked import ForkedProcess
from tests.postgres import PostgresServer
from tests.store.appending import SLUGS, append, store_at
from tests.store.builders import receipt, texts
from vetrina.store.sql.store import FILE, sqlite_store

SEED = 7


def run_and_kill(data, run, lines):
    """Start the process, kill it when it has told `lines` lines, and return all that it told."""
    with ForkedProcess(append, str(data), run) as process:
        told = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        told += process.stdout.readlines()
    assert told[0] == "opening\n", "the process did not start"
    return acknowledgements(told)


def acknowledgements(told):
    """Without what was logged, and without a last line that was cut off."""
    return [line.split() for line in told if line.startswith(SLUGS) and line.endswith("\n")]


async def check(place, acknowledged):
    store = store_at(str(place))
    await store.open()
    try:
        for slug in SLUGS:
            await check_show(store, slug, {t: int(n) for s, n, t in acknowledged if s == slug})
    finally:
        await store.close()


async def check_show(store, slug, acknowledged):
    if await store.show(slug) is None:
        assert acknowledged == {}
        return
    log = await store.events(slug)
    head = await store.head(slug)
    assert [one.seq for one in log] == list(range(1, len(log) + 1))
    assert (head.epoch, head.seq) == (f"epoch-of-{slug}", len(log))
    assert max(Counter(texts(log)).values(), default=1) == 1
    seqs = {one.event.text: one.seq for one in log}
    assert {text: seqs.get(text) for text in acknowledged} == acknowledged
    await check_atoms(store, slug, set(seqs))
    await check_state(store, slug, texts(log))


async def check_atoms(store, slug, written):
    """Both events of an append are there, with its receipt and its record."""
    firsts = {text for text in written if not text.endswith("-more")}
    assert written == firsts | {f"{text}-more" for text in firsts}
    asked = sorted(firsts)
    assert await store.seen_deliveries(slug, [*asked, "never"]) == firsts
    assert set(await store.order_records(slug, asked)) == firsts


async def check_state(store, slug, log):
    """The stored state is of this log, and no append that stored one is there without it."""
    state = await store.stored_state(slug)
    if state is None:
        assert not log
        return
    assert log[state.seq - 2 : state.seq] == [state.data.decode(), f"{state.data.decode()}-more"]


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    return tmp_path / "data" if request.param == "sqlite" else request.getfixturevalue("postgres")


async def test_kill_at_any_moment(place):
    chance = random.Random(SEED)
    # The first round is killed while it makes the tables, the others in the middle of writing.
    rounds = [1, *(chance.randrange(2, 600) for _ in range(6))]
    acknowledged = []
    for number, lines in enumerate(rounds):
        acknowledged += run_and_kill(place, f"run{number}", lines)
        await check(place, acknowledged)
    assert len(acknowledged) >= sum(rounds[1:]) - len(rounds)


@pytest.fixture
def durable():
    """A PostgreSQL server that waits for the disk, as installed."""
    server = PostgresServer(durable=True)
    server.start()
    yield server
    server.close()


def append_through_kills(server, url, lines):
    """Kill and start the server after so many lines each; returns all that the process told."""
    with ForkedProcess(append, url, "run") as process:
        told = [process.stdout.readline()]
        try:
            for number in lines:
                told += [process.stdout.readline() for _ in range(number)]
                server.kill()
                server.start()
            told += [process.stdout.readline() for _ in range(200)]
        finally:
            process.kill()  # the block waits for its end
        told += process.stdout.readlines()
    assert told[0] == "opening\n"
    return acknowledgements(told)


async def test_the_database_server_is_killed_at_any_moment(durable):
    """The process goes on through it; what it was told is there, once and in order."""
    chance = random.Random(SEED)
    url = durable.url(durable.create())
    lines = [chance.randrange(100, 400) for _ in range(4)]
    await check(url, append_through_kills(durable, url, lines))


async def test_a_log_that_was_cut_off_ends_with_its_last_whole_commit(tmp_path):
    """Power fails while the write-ahead log is written: what was not acknowledged may be lost."""
    data = tmp_path / "data"
    acknowledged = run_and_kill(data, "run", 400)
    log = data / f"{FILE}-wal"
    log.write_bytes(log.read_bytes()[:-1000])
    store = sqlite_store(data)
    await store.open()
    try:
        for slug in SLUGS:
            seqs = [one.seq for one in await store.events(slug)]
            assert seqs == list(range(1, len(seqs) + 1))
            assert (await store.head(slug)).seq == len(seqs)
        assert acknowledged
        await store.put_receipts([receipt("after")])
    finally:
        await store.close()


@pytest.mark.parametrize("lines", [1, 300])
async def test_the_place_is_free_at_once_after_a_kill(tmp_path, lines):
    run_and_kill(tmp_path / "data", "run", lines)
    store = sqlite_store(tmp_path / "data", serve=True)
    await store.open()
    assert await store.ping() is None
    await store.close()
