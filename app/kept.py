"""Answers in little room: packed, what many of their heads have in common held once, and never more of them than fit."""

from collections import OrderedDict
from collections.abc import Sequence, Sized
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from zstandard import ZstdCompressor, ZstdDecompressor

LEVEL = 1
"""Of zstd. A page becomes a tenth; the next levels take longer than they gain."""
UNPACKED = 8
"""Which part of the room, one in so many, holds bodies as they are sent: of the answers that were asked for last."""
SMALL = 512
"""Bytes below which a body is not packed: it would gain less than its unpacked form costs."""
OVERHEAD = 320
"""Bytes that an answer takes besides those that it and its key are made of; tests/test_kept.py measures them."""
HEADS = 256
"""Different parts of heads that are remembered, so that the next answer that has one holds the same."""
OWN = (b"link", b"content-disposition")
"""Headers that often only one answer has."""
OF_CONTENT = (b"content-length", b"content-type", b"content-encoding")
"""Headers that an answer without content does not have."""
Header = tuple[bytes, bytes]
Key = tuple[bytes, bytes, str, str]
"""What an answer depends on: path, query, formats asked for, coding."""
T = TypeVar("T", bound=Sized)


@dataclass(frozen=True, slots=True)
class Head:
    """What the heads of many answers have in common, as lines."""

    found: bytes
    unchanged: bytes
    tag: str
    modified: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer without what belongs to one request."""

    head: Head
    own: bytes
    """The lines that only this answer has."""
    body: bytes
    packed: bool

    def __len__(self) -> int:
        return len(self.own) + len(self.body) + OVERHEAD


class Shelf(Generic[T]):
    """So many bytes of things; what was asked for longest ago goes first."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.things: OrderedDict[Key, T] = OrderedDict()

    def get(self, key: Key) -> T | None:
        thing = self.things.get(key)
        if thing is not None:
            self.things.move_to_end(key)
        return thing

    def put(self, key: Key, thing: T) -> None:
        if (old := self.things.pop(key, None)) is not None:
            self.room += size(key, old)
        self.things[key] = thing
        self.room -= size(key, thing)
        while self.room < 0:
            self.room += size(*self.things.popitem(last=False))

    def clear(self) -> None:
        self.room += sum(size(key, thing) for key, thing in self.things.items())
        self.things.clear()


def size(key: Key, thing: Sized) -> int:
    return len(thing) + sum(map(len, key))


class Kept:
    """Every answer packed, and beside them the bodies that were asked for last: one of those is let go of at no cost."""

    def __init__(self, room: int) -> None:
        self.unpacked: Shelf[bytes] = Shelf(room // UNPACKED)
        self.entries: Shelf[Entry] = Shelf(room - room // UNPACKED)
        self.packer, self.unpacker = ZstdCompressor(LEVEL), ZstdDecompressor()

    def get(self, key: Key) -> Entry | None:
        return self.entries.get(key)

    def body(self, key: Key, entry: Entry) -> bytes:
        """The body of an answer that is kept, as it is sent."""
        if not entry.packed:
            return entry.body
        body = self.unpacked.get(key)
        if body is None:
            body = self.unpacker.decompress(entry.body)
            self.unpacked.put(key, body)
        return body

    def put(self, key: Key, headers: Sequence[Header], body: bytes) -> None:
        """Keep an answer, unless it is kept already."""
        if key in self.entries.things:
            return
        compressed = b"content-encoding" in dict(headers)
        packed = b"" if compressed or len(body) < SMALL else exact(self.packer.compress(body))
        worthwhile = 0 < len(packed) < len(body) // 2
        head = head_of(tuple(header for header in headers if header[0] not in OWN))
        own = once(lines([header for header in headers if header[0] in OWN]))
        self.entries.put(key, Entry(head, own, packed if worthwhile else body, worthwhile))
        if worthwhile:
            self.unpacked.put(key, body)

    def clear(self) -> None:
        self.entries.clear()
        self.unpacked.clear()


def exact(data: bytes) -> bytes:
    """A copy: what a compressor returns lies at the beginning of room for much more, and would leave holes in memory."""
    return bytes(memoryview(data))


@lru_cache(HEADS)
def head_of(headers: tuple[Header, ...]) -> Head:
    carried = dict(headers)
    bare = [header for header in headers if header[0] not in OF_CONTENT]
    tag, modified = carried[b"etag"].decode("latin-1"), carried.get(b"last-modified", b"").decode("latin-1")
    return Head(lines(headers), lines(bare), tag, modified)


@lru_cache(HEADS)
def once(text: bytes) -> bytes:
    """The same bytes, and if they were met before, the very same."""
    return text


def lines(headers: Sequence[Header]) -> bytes:
    return b"".join([b"%b: %b\r\n" % header for header in headers])


def headers_of(text: bytes) -> list[Header]:
    """The headers that lines hold."""
    pairs = [line.partition(b": ") for line in text.split(b"\r\n") if line]
    return [(name, value) for name, _, value in pairs]
