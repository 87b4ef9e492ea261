"""What is kept of answers takes the room that it is given and no more, packed or not, and comes out as it went in."""

import tracemalloc
from collections.abc import Iterator
from functools import cache
from random import Random

import pytest

from app.kept import CHOSEN, FIRST, UNPACKED, Entry, Header, Kept, Key, Shelf, size

COMMON: list[Header] = [
    (b"content-type", b"application/json"),
    (b"etag", b'W/"version-json"'),
    (b"last-modified", b"Thu, 01 Jan 2026 00:00:00 GMT"),
    (b"content-security-policy", b"default-src 'none'; " * 30),
]
MB = 1024 * 1024


def key_of(number: int) -> Key:
    return b"  /meetings/%d?limit=%d" % (number, number)


@cache
def text(number: int, length: int) -> bytes:
    """Text that can be packed well."""
    words = Random(number).choices(
        [b"meeting", b"council", b"mission", b"area", b"%d" % number], k=length // 7
    )
    return b" ".join(words)[:length]


def put(kept: Kept, number: int, body: bytes, *more: Header) -> None:
    kept.put(key_of(number), [*COMMON, *more], body)


def ask(kept: Kept, number: int) -> bytes | None:
    """A body as it would be sent; none where it is not kept."""
    entry = kept.get(key_of(number))
    return None if entry is None else kept.body(key_of(number), entry)


def sizes(shelf: Shelf[bytes] | Shelf[Entry]) -> Iterator[int]:
    return (size(key, thing) for key, thing in shelf.things.items())


def test_everything_comes_out_as_it_went_in() -> None:
    """Also when only few of the bodies are there unpacked."""
    kept = Kept(MB)
    bodies = {n: text(n, 100 * n) for n in range(120)}
    for number, body in bodies.items():
        put(kept, number, body)
    assert len(kept.entries.things) == len(bodies)
    for _ in range(2):
        for number, body in bodies.items():
            assert ask(kept, number) == body
    assert len(kept.unpacked.things) > 0


@pytest.mark.parametrize("lengths", [(10,), (5000,), (256 * 1024,), (10, 256 * 1024, 5000)], ids=str)
@pytest.mark.parametrize("random", [False, True], ids=["text", "noise"])
def test_it_never_takes_more_room_than_it_has(lengths: tuple[int, ...], random: bool) -> None:
    kept, last = Kept(MB), 4000
    for number in range(last):
        length = lengths[number % len(lengths)]
        put(kept, number, Random(number).randbytes(length) if random else text(number % 20, length))
        ask(kept, number)
        if number % 100 == 0:
            assert kept.entries.room >= 0 <= kept.unpacked.room
    used, unpacked = sum(sizes(kept.entries)), sum(sizes(kept.unpacked))
    assert used + kept.entries.room + unpacked + kept.unpacked.room == MB
    assert unpacked <= MB // UNPACKED
    assert used > MB // 2
    assert key_of(last - 1) in kept.entries.things
    assert key_of(0) not in kept.entries.things


@pytest.mark.parametrize(("length", "link"), [(1000, 0), (11_000, 0), (40_000, 300), (200, 0)])
def test_the_room_is_the_memory(length: int, link: int) -> None:
    """What is said to be used is what is used, within a tenth."""
    count = 3000
    bodies = [text(number, length) for number in range(50)]
    tracemalloc.start()
    try:
        kept, before = Kept(64 * MB), tracemalloc.get_traced_memory()[0]
        for number in range(count):
            own = [(b"link", b"</meetings/%d>" % number + bytes(link))] if link else []
            put(kept, number, bodies[number % len(bodies)][:-1], *own)  # a copy, as each answer is
            ask(kept, number)
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    said = sum(sizes(kept.entries)) + sum(sizes(kept.unpacked))
    assert len(kept.entries.things) == count
    assert 0.9 * said < taken < 1.1 * said


def test_what_many_heads_have_in_common_is_held_once() -> None:
    kept = Kept(MB)
    for number in range(10):
        put(kept, number, b"{}", (b"link", b"</docs>"))
    first, *others = kept.entries.things.values()
    assert all(entry.head is first.head and entry.own is first.own for entry in others)


def test_what_is_compressed_already_is_not_packed() -> None:
    kept, body = Kept(MB), text(1, 5000)
    put(kept, 1, body, (b"content-encoding", b"gzip"))
    entry = kept.get(key_of(1))
    assert entry is not None
    assert (entry.unpacker, kept.body(key_of(1), entry)) == (None, body)


@cache
def unlike(number: int) -> bytes:
    """Text that nothing in itself repeats, and most of which all others of it have, too."""
    return Random(0).randbytes(1500).hex().encode() + Random(number).randbytes(100).hex().encode()


def test_what_answers_of_a_kind_have_in_common_is_held_once() -> None:
    """The first of them are what the others are compared with; once they are forgotten, the next ones are the first."""
    kept = Kept(4 * MB)
    for _ in range(2):
        for number in range(3 * FIRST):
            put(kept, number, unlike(number))
        entries = list(kept.entries.things.values())
        first, later = entries[:FIRST], entries[FIRST:]
        assert all(len(entry.body) > 1500 for entry in first)
        assert all(len(entry.body) < 250 for entry in later)
        for number, entry in enumerate(entries):
            assert kept.body(key_of(number), entry) == unlike(number)
            kept.unpacked.clear()
        kept.clear()


def test_every_kind_of_answers_is_compared_with() -> None:
    """However late its first one came among those that are compared with."""
    kept = Kept(4 * MB)
    for number in range(FIRST):
        path = b"/areas" if number == FIRST - 1 else b"/meetings/%d" % number
        body = unlike(1) if path == b"/areas" else text(number, 2000)
        kept.put(b"  %b?" % path, COMMON, body)
    put(kept, 0, unlike(2))
    assert len(kept.entries.things[key_of(0)].body) < 250


def test_what_is_asked_for_often_is_held_as_it_is_sent() -> None:
    """All that is asked for once, in between, would take several times the room that there is for it."""
    kept = Kept(MB)
    often = range(4)
    for number in range(200):
        put(kept, number, text(number, 4000))
    for number in range(100, 200):
        for _ in range(CHOSEN):
            for popular in often:
                ask(kept, popular)
        ask(kept, number)
    assert {key_of(number) for number in often} <= kept.unpacked.things.keys()
    assert 4000 * 100 > MB // UNPACKED >= sum(sizes(kept.unpacked))


def test_a_body_that_is_larger_than_what_there_is_for_those_as_they_are_sent() -> None:
    kept = Kept(MB)
    put(kept, 0, text(0, 200_000))
    for _ in range(2 * CHOSEN):
        assert ask(kept, 0) == text(0, 200_000)
    assert not kept.unpacked.things


def test_what_comes_back_after_it_was_let_go_of_takes_its_room_once() -> None:
    """Its body may still be there as it is sent."""
    room = 256 * 1024
    kept = Kept(room)
    for _ in range(2):
        put(kept, 0, text(0, 4000))
        for _ in range(CHOSEN):
            ask(kept, 0)
        for number in range(1, 1000):
            put(kept, number, b"{}")
        assert ask(kept, 0) is None
        assert kept.unpacked.things.keys() == {key_of(0)}
    assert sum(sizes(kept.unpacked)) + kept.unpacked.room == room // UNPACKED
