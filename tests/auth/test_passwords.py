"""Passwords: right ones fit, old hashes are renewed, and time tells nothing. At low cost, but for the floor."""

from __future__ import annotations

import asyncio
import statistics
import threading
import time
from collections.abc import Iterator

import pytest

from omnisupport.auth.passwords import MAX_CHARS, OWASP_FLOOR, Cost, Passwords, Verdict, check_password
from omnisupport.errors import Invalid, Unavailable

CHEAP = Cost(memory=64, time=1)


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(CHEAP)
    yield made
    made.close()


async def test_a_password_fits_its_own_hash_only(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert stored != await passwords.hash("correct horse")
    assert await passwords.verify("correct horse", stored) == Verdict(True)
    for wrong in ("", "Correct horse", "correct horse ", "correct horse\0", "x" * 10_000):
        assert await passwords.verify(wrong, stored) == Verdict(False)


async def test_the_floor_is_what_owasp_asks_for() -> None:
    made = Passwords()
    assert "$m=19456,t=2,p=1$" in await made.hash("correct horse")
    assert (OWASP_FLOOR.memory, OWASP_FLOOR.time, OWASP_FLOOR.lanes) == (19_456, 2, 1)
    made.close()


async def test_a_hash_that_is_too_cheap_is_renewed_at_sign_in(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse")
    dearer = Passwords(Cost(memory=128, time=1))
    verdict = await dearer.verify("correct horse", stored)
    assert verdict.matches
    assert verdict.rehashed is not None
    assert "$m=128," in verdict.rehashed
    assert await dearer.verify("correct horse", verdict.rehashed) == Verdict(True)
    assert await dearer.verify("wrong", stored) == Verdict(False)
    dearer.close()


@pytest.mark.parametrize("stored", [None, "", "plain text", "$2b$12$abc", "$argon2id$v=19$m=64,t=1,p=1$bad"])
async def test_a_user_without_a_hash_can_not_sign_in(passwords: Passwords, stored: str | None) -> None:
    for given in ("", "correct horse", stored or ""):
        assert await passwords.verify(given, stored) == Verdict(False)


async def test_an_unknown_user_takes_as_long_as_a_wrong_password() -> None:
    made = Passwords(Cost(memory=4_096, time=2))
    stored = await made.hash("correct horse")

    async def seconds(known: str | None) -> float:
        started = time.perf_counter()
        await made.verify("wrong", known)
        return time.perf_counter() - started

    pairs = [(await seconds(stored), await seconds(None), await seconds("broken")) for _ in range(15)]
    known, unknown, broken = (statistics.median(column) for column in zip(*pairs, strict=True))
    made.close()
    assert 0.5 < unknown / known < 2
    assert 0.5 < broken / known < 2


async def test_letters_typed_another_way_are_the_same_password(passwords: Passwords) -> None:
    stored = await passwords.hash("пароль й café")
    assert (await passwords.verify("пароль и\u0306 cafe\u0301", stored)).matches


async def test_hashes_run_off_the_loop_and_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Passwords(CHEAP, parallel=2)
    running, peak, lock = 0, 0, threading.Lock()

    def slow(password: str, stored: str | None) -> Verdict:
        nonlocal running, peak
        with lock:
            running += 1
            peak = max(peak, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return Verdict(False)

    monkeypatch.setattr(made, "_verify", slow)
    beats = 0

    async def heart() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.005)
            beats += 1

    beating = asyncio.create_task(heart())
    await asyncio.gather(*(made.verify("x", None) for _ in range(10)))
    beating.cancel()
    made.close()
    assert peak == 2
    assert beats >= 5


async def test_a_crowd_is_told_to_come_back_and_leavers_free_no_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = Passwords(CHEAP, parallel=1, queue=1)
    go = threading.Event()
    monkeypatch.setattr(made, "_verify", lambda password, stored: go.wait(5) and Verdict(False))
    waiting = [asyncio.create_task(made.verify("x", None)) for _ in range(2)]
    await asyncio.sleep(0.01)
    waiting[0].cancel()  # the caller is gone, its thread is not
    await asyncio.sleep(0.01)
    with pytest.raises(Unavailable) as refusal:
        await made.verify("x", None)
    assert (refusal.value.code, refusal.value.retry_after) == ("sign_in_busy", 1.0)
    go.set()
    await waiting[1]
    await asyncio.sleep(0.01)
    assert await made.verify("x", None) == Verdict(False)
    made.close()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_too_short"),
        ("1234567", "password_too_short"),
        ("e\u0301" * 7, "password_too_short"),
        ("x" * (MAX_CHARS + 1), "password_too_long"),
    ],
)
async def test_a_password_of_the_wrong_length_is_refused(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_password(password)
    assert (refusal.value.code, refusal.value.field) == (code, "password")


@pytest.mark.parametrize("password", ["tkx5wqza", "пароль пароль", "x" * 64, "x" * MAX_CHARS, "🫖" * 8])
async def test_any_other_password_may_be_chosen(passwords: Passwords, password: str) -> None:
    check_password(password)
    assert (await passwords.verify(password, await passwords.hash(password))).matches
