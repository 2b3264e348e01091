"""How long and how much the cache of answers keeps."""

from __future__ import annotations

from uuid import UUID

from omnisupport.activities.http_cache import AnswerCache, key_of
from omnisupport.domain.calls import CallResult


def ok(value: object) -> CallResult:
    return CallResult(exit="ok", value=value)


def test_an_answer_is_used_for_as_long_as_the_reader_says() -> None:
    now = [0.0]
    cache = AnswerCache(clock=lambda: now[0])
    cache.keep(b"a", ok({"n": 1}))
    now[0] = 59.9
    assert cache.find(b"a", newer_s=60) == ok({"n": 1})
    assert cache.find(b"a", newer_s=10) is None
    now[0] = 60.0
    assert cache.find(b"a", newer_s=60) is None


def test_what_was_found_cannot_be_changed_by_who_got_it() -> None:
    cache = AnswerCache()
    cache.keep(b"a", ok({"n": 1}))
    found = cache.find(b"a", newer_s=60)
    assert found is not None
    found.value["n"] = 2
    assert cache.find(b"a", newer_s=60) == ok({"n": 1})


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    cache = AnswerCache(most_bytes=10)
    for key in (b"a", b"b"):
        cache.keep(key, ok("xx"))
    cache.find(b"a", newer_s=60)
    cache.keep(b"c", ok("xx"))
    assert [cache.find(key, newer_s=60) is not None for key in (b"a", b"b", b"c")] == [True, False, True]
    cache.keep(b"d", ok("x" * 20))
    assert [cache.find(key, newer_s=60) for key in (b"a", b"c", b"d")] == [None, None, None]


def test_tenants_and_credentials_are_kept_apart() -> None:
    one = key_of(UUID(int=1), "https://x/a", {})
    assert one != key_of(UUID(int=2), "https://x/a", {})
    assert one != key_of(UUID(int=1), "https://x/a", {"X-Key": "1"})
    assert one == key_of(UUID(int=1), "https://x/a", {})
