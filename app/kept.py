"""Answers in little room: packed, what many of their heads have in common held once, and never more of them than fit."""

from collections import OrderedDict
from collections.abc import Sequence, Sized
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from zstandard import (
    DICT_TYPE_RAWCONTENT,
    ZstdCompressionDict,
    ZstdCompressionParameters,
    ZstdCompressor,
    ZstdDecompressor,
)

PARAMETERS = ZstdCompressionParameters.from_level(3, window_log=19, hash_log=14, chain_log=14, min_match=7)
"""A page becomes a tenth in the time that level 1 takes, and smaller: in smaller tables less has to be cleared for each answer."""
FIRST = 50
"""Answers after which those that follow are packed by what they have in common with the first one of each kind."""
SAMPLE, SAMPLES = 32 * 1024, 128 * 1024
"""Bytes of one of these answers, and of all of them, that are compared with."""
UNPACKED = 32
"""Which part of the room, one in so many, holds bodies as they are sent."""
CHOSEN = 8
"""One in so many of the bodies that are unpacked is held so: what is asked for often soon is among them, and is not pushed out by all that
is asked for once. With every one of them, four times the room would save no more."""
SMALL = 512
"""Bytes below which a body is not packed: it would gain less than its unpacked form costs."""
OVERHEAD = 232
"""Bytes that an answer takes besides those that it and its key are made of; tests/test_kept.py measures them."""
HEADS = 256
"""Different parts of heads that are remembered, so that the next answer that has one holds the same."""
OWN = (b"link", b"content-disposition")
"""Headers that often only one answer has."""
OF_CONTENT = (b"content-length", b"content-type", b"content-encoding")
"""Headers that an answer without content does not have."""
Header = tuple[bytes, bytes]
Key = bytes
"""What an answer depends on, in one piece: `coding formats path?query`, where only the last may hold anything."""
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
    unpacker: ZstdDecompressor | None
    """What unpacks the body, where it is packed."""

    def __len__(self) -> int:
        return len(self.own) + len(self.body) + OVERHEAD


class Packing:
    """Packs bodies. Those of a kind, such as lists of meetings, say much in the same words: these are held once."""

    def __init__(self) -> None:
        self.first: dict[tuple[bytes, int], bytes] = {}
        """The first one of each kind, until there are enough."""
        self.awaited = FIRST
        self.packer, self.unpacker = ZstdCompressor(compression_params=PARAMETERS), ZstdDecompressor()

    def __call__(self, key: Key, body: bytes) -> tuple[bytes, ZstdDecompressor]:
        """A body, packed, and what unpacks it."""
        found = exact(self.packer.compress(body)), self.unpacker
        if self.awaited:
            self.learn(key, body)
        return found

    def learn(self, key: Key, body: bytes) -> None:
        path, _, _ = key.partition(b"?")
        steps = path.split(b"/")
        self.first.setdefault((b"/".join(steps[:2]), len(steps)), body[:SAMPLE])
        self.awaited -= 1
        if not self.awaited:
            words = b"".join(self.first.values())[:SAMPLES]
            self.first = {}
            known = ZstdCompressionDict(words, dict_type=DICT_TYPE_RAWCONTENT)
            self.packer = ZstdCompressor(compression_params=PARAMETERS, dict_data=known)
            self.unpacker = ZstdDecompressor(dict_data=known)


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
    return len(thing) + len(key)


class Kept:
    """Every answer packed, and beside them some bodies that are asked for often: one of those is let go of at no cost."""

    def __init__(self, room: int) -> None:
        self.unpacked: Shelf[bytes] = Shelf(room // UNPACKED)
        self.entries: Shelf[Entry] = Shelf(room - room // UNPACKED)
        self.packing = Packing()
        self.turn = 0

    def get(self, key: Key) -> Entry | None:
        return self.entries.get(key)

    def body(self, key: Key, entry: Entry) -> bytes:
        """The body of an answer that is kept, as it is sent."""
        if entry.unpacker is None:
            return entry.body
        body = self.unpacked.get(key)
        if body is None:
            body = entry.unpacker.decompress(entry.body)
            self.turn = (self.turn + 1) % CHOSEN
            if self.turn == 0:
                self.unpacked.put(key, body)
        return body

    def put(self, key: Key, headers: Sequence[Header], body: bytes) -> None:
        """Keep an answer, unless it is kept already."""
        if key in self.entries.things:
            return
        head = head_of(tuple(header for header in headers if header[0] not in OWN))
        own = once(lines([header for header in headers if header[0] in OWN]))
        if len(body) >= SMALL and b"content-encoding" not in dict(headers):
            packed, unpacker = self.packing(key, body)
            if len(packed) < len(body) // 2:
                self.entries.put(key, Entry(head, own, packed, unpacker))
                return
        self.entries.put(key, Entry(head, own, body, None))

    def clear(self) -> None:
        self.entries.clear()
        self.unpacked.clear()
        self.packing = Packing()


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
