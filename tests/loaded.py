"""Loaded once by the process that `tests.forked` forks others from: what a server imports."""

import gc
from importlib import import_module

for name in (
    *("tests.running_server", "vetrina.cli", "vetrina.process.runner"),
    *("vetrina.process.workers.pool", "uvicorn.lifespan.off", "uvloop", "tests.store.appending"),
    "vetrina.store.sql.migrating",
):
    import_module(name)
gc.freeze()
