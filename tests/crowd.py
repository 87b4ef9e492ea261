"""A crowd of clients that hold connections, run as a process of its own: `python -m tests.crowd PORT IDLE SLOW`.

It says `there` when all are connected. When its input ends it says how they fared.
"""

import asyncio
import json
import sys
from collections import Counter
from itertools import cycle

HEAD = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n"
PAUSE = 0.5
"""Seconds between two bytes of a slow client."""


async def idle(port: int, over: asyncio.Event, there: asyncio.Semaphore) -> str:
    """Asks once, rests until all is over, and asks again over the same connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for wait in (False, True):
        if wait:
            there.release()
            await over.wait()
        writer.write(HEAD + b"\r\n")
        try:
            answer = await reader.readuntil(b'"ok"}')
        except (OSError, EOFError):
            return "dropped"
    writer.close()
    return "kept" if answer.startswith(b"HTTP/1.1 200") else "refused"


async def slow(port: int, over: asyncio.Event, there: asyncio.Semaphore) -> str:
    """Sends a head byte by byte until it is cut off, and comes again."""
    cut_off = "never"
    there.release()
    while not over.is_set():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answer = asyncio.ensure_future(reader.read(65536))
        for byte in cycle(HEAD + b"X: "):
            writer.write(bytes([byte]))
            done, _ = await asyncio.wait([answer], timeout=PAUSE)
            if done or over.is_set():
                break
        if answer.done():
            cut_off = str(answer.result()[9:12], "ascii")
        answer.cancel()
        writer.close()
    return cut_off


async def main(port: int, idlers: int, slows: int) -> None:
    over, there = asyncio.Event(), asyncio.Semaphore(0)
    crowd = [idle(port, over, there) for _ in range(idlers)] + [slow(port, over, there) for _ in range(slows)]
    tasks = [asyncio.ensure_future(client) for client in crowd]
    for _ in tasks:
        await there.acquire()
    print("there", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    over.set()
    print(json.dumps(Counter(await asyncio.gather(*tasks))), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
