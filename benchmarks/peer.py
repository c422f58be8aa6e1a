"""The best that the library `eventsourcing` comes to, in an interpreter of its own that has it installed.

Nothing of ours is imported: the library is no dependency of the product, and its interpreter has none of ours.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any
from uuid import uuid4  # noqa: TID251 - a benchmark has a clock and ids of its own

THREADS = (1, 8, 32)
RECORDERS = ("PostgresApplicationRecorder", "PostgresAggregateRecorder")


def measure(recorder: Any, stored: Any, threads: int, count: int, size: int) -> float:
    """Commands a second: each stores one event of `size` bytes in a stream of its own."""
    state = b"x" * size

    def some(number: int) -> None:
        for _ in range(number):
            recorder.insert_events([stored(uuid4(), 1, "registration:Registered", state)])

    with ThreadPoolExecutor(threads) as pool:
        started = perf_counter()
        for done in [pool.submit(some, count // threads) for _ in range(threads)]:
            done.result()
        return count // threads * threads / (perf_counter() - started)


def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Every recorder, with and without the library's database functions, with few threads and many."""
    from eventsourcing import persistence, postgres  # type: ignore[import-not-found]  # noqa: PLC0415 - see above

    rates: dict[str, float] = {}
    stored: dict[str, int] = {}
    for name in RECORDERS:
        for functions in (False, True):
            store = postgres.PostgresDatastore(
                **plan["database"], pool_size=THREADS[-1], schema="peer", enable_db_functions=functions
            )
            table = f"{name.lower()}_{functions}".lower()[-40:]
            recorder = getattr(postgres, name)(store, events_table_name=table)
            recorder.create_table()
            for threads in THREADS:
                count = plan["count"] // threads * threads
                rate = measure(recorder, persistence.StoredEvent, threads, count, plan["size"])
                rates[f"{name}, functions {functions}, {threads} threads"] = rate
                stored[f"peer.{table}"] = stored.get(f"peer.{table}", 0) + count
            store.close()
    return {"rates": rates, "stored": stored}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(json.loads(sys.argv[1]))) + "\n")
