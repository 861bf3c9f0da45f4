"""The public pages of a whole nation: server time at fifty requests a second that do not wait for each other.

    python -m tests.benchmarks.public_pages [--units 607 --data DIR]

Open loop: requests are sent on the clock, whether or not earlier ones have been answered, so that a slow page is not
hidden by a polite visitor. Beside the limit stands the smallest page of the same process (``/health``) in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import shutil
import socket
import tempfile
import time
from pathlib import Path

from tests.benchmarks.answering import HOST, line, served
from tests.benchmarks.nation import build
from tests.benchmarks.visitors import Visitor

RATE = 50  # requests a second
SECONDS = 12.0
P95 = 50.0  # ms
FIRST_LOAD = 120.0  # kB, compressed, before any chart


def addresses(data: Path) -> list[str]:
    """The pages a visitor opens, for some homes and providers of the nation."""
    told = json.loads((data / "demo.json").read_text(encoding="utf-8"))
    homes = [unit["id"] for unit in told["units"]]
    pages = ["/", "/hitta", "/hitta?lan=Gotland", "/lan", "/regi", "/indikator/U01", "/metod"]
    pages += [f"/hem/{home}" for home in homes[:40]]
    return [*pages, f"/jamfor?ou={','.join(homes[:3])}", f"/jamfor?ou={','.join(homes[:6])}"]


async def open_loop(port: int, paths: list[str]) -> dict[str, list[float]]:
    """Milliseconds of each answer, by page; a request leaves every fiftieth of a second."""
    found: dict[str, list[float]] = {}
    free: list[Visitor] = []

    async def one(path: str) -> None:
        visitor = free.pop() if free else await Visitor(HOST, port).__aenter__()
        start = time.perf_counter()
        reply = await visitor.get(path)
        found.setdefault(path.partition("?")[0].split("/")[1], []).append(
            1000 * (time.perf_counter() - start)
        )
        assert reply.status == 200, (path, reply.status)
        free.append(visitor)

    began, sent, under_way = time.perf_counter(), 0, []
    while time.perf_counter() - began < SECONDS:
        under_way.append(asyncio.create_task(one(paths[sent % len(paths)])))
        sent += 1
        await asyncio.sleep(max(0.0, began + sent / RATE - time.perf_counter()))
    await asyncio.gather(*under_way)
    for visitor in free:
        await visitor.__aexit__()
    return found


async def first_load(port: int) -> float:
    """Kilobytes of the first page with all it links to, compressed."""
    async with Visitor(HOST, port) as visitor:
        page = (await visitor.get("/")).body
        total = len(gzip.compress(page))
        for part in set(page.decode().split('"')):
            if part.startswith("/static/"):
                total += len(gzip.compress((await visitor.get(part)).body))
    return total / 1000


def quantile(times: list[float], share: float) -> float:
    """The time that this share did not exceed."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


async def run(port: int, data: Path) -> None:
    async with Visitor(HOST, port) as visitor:
        for path in addresses(data):
            await visitor.get(path)
    raw = await open_loop(port, ["/health"])
    pages = await open_loop(port, addresses(data))
    every = [time for times in pages.values() for time in times]
    line("public pages, p95", quantile(every, 0.95), "ms", f"< {P95:g}")
    line("  p50", quantile(every, 0.5), "ms", "(no limit)")
    line(
        "  the smallest answer of the same process, p95", quantile(raw["health"], 0.95), "ms", "(the machine)"
    )
    for name, times in sorted(pages.items()):
        line(f"  /{name}, p95", quantile(times, 0.95), "ms", f"< {P95:g}")
    line("first load, all of it, compressed", await first_load(port), "kB", f"≤ {FIRST_LOAD:g}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=607)
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    data = given.data or Path(tempfile.mkdtemp(prefix="hvb-pages-"))
    if not (data / "demo.json").exists():
        build(given.units, 2, data)
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    environ = {**os.environ, "HVB_DEMO": "1", "HVB_DATA": str(data.resolve()), "HVB_PORT": str(port)}
    with served(environ, port):
        asyncio.run(run(port, data))
    if given.data is None:
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main()
