"""Passwords: argon2id at OWASP's floor, off the event loop, a few at a time, in equal time for all."""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from omnisupport.auth.common_passwords import is_common
from omnisupport.auth.policy import MAX_CHARS, MIN_CHARS, OWASP_FLOOR, Cost
from omnisupport.errors import Invalid, Unavailable

__all__ = ["MAX_CHARS", "MIN_CHARS", "OWASP_FLOOR", "Cost", "Passwords", "Verdict", "check_password"]

T = TypeVar("T")


@dataclass(frozen=True)
class Verdict:
    """Whether a password fits; `rehashed` is what to store from now on when the old hash is too cheap."""

    matches: bool
    rehashed: str | None = None


class Passwords:
    """Hashes and checks passwords. At most `parallel` at once; of those who wait, at most `queue`."""

    def __init__(self, cost: Cost = OWASP_FLOOR, *, parallel: int = 2, queue: int = 32) -> None:
        hasher = Argon2Hasher(time_cost=cost.time, memory_cost=cost.memory, parallelism=cost.lanes)
        self._hash = PasswordHash((hasher,))
        self._threads = ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="argon2")
        self._room = parallel + queue
        self._nobody = self._hash.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """Return the argon2id hash to store; check the password with `check_password` first.

        Raises:
            Unavailable: too many are waiting already; retry in a second.
        """
        return await self._run(lambda: self._hash.hash(_normal(password)))

    async def verify(self, password: str, stored: str | None) -> Verdict:
        """Compare a password with a stored hash, or with nobody's when there is no such user.

        Both take as long as one hash, so the time tells nothing about the address.

        Raises:
            Unavailable: too many are waiting already; retry in a second.
        """
        return await self._run(lambda: self._verify(password, stored))

    async def check(self, password: str, *, own: Collection[str] = (), field: str = "password") -> None:
        """As `check_password`, off the event loop: the lists are read at the first use."""
        await asyncio.to_thread(check_password, password, own=own, field=field)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password: str, stored: str | None) -> Verdict:
        too_long = len(password) > MAX_CHARS
        given = _normal(password[:MAX_CHARS])
        try:
            matches, rehashed = self._hash.verify_and_update(given, stored or self._nobody)
        except UnknownHashError:
            matches, rehashed = self._hash.verify(given, self._nobody), None
        known = stored is not None and not too_long
        return Verdict(matches and known, rehashed if known else None)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._room <= 0:
            raise Unavailable("Too many sign-ins at once.", code="sign_in_busy", retry_after=1.0)
        self._room -= 1
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        future.add_done_callback(self._leave)
        # Who stops waiting does not stop the thread: its place is free when the hash is done, not before.
        return await asyncio.shield(future)

    def _leave(self, _future: asyncio.Future[T]) -> None:
        self._room += 1


def check_password(password: str, *, own: Collection[str] = (), field: str = "password") -> None:
    """Refuse a password that nobody should choose. No rules of composition (NIST SP 800-63B).

    `own` is what anybody knows of the person: address, name, company. The first call reads the lists, 60 ms; an event
    loop asks `Passwords.check`.

    Raises:
        Invalid: codes `password_too_short`, `password_too_long`, `password_common`.
    """
    length = len(_normal(password))
    if length < MIN_CHARS:
        raise Invalid(
            f"A password has at least {MIN_CHARS} characters.", code="password_too_short", field=field
        )
    if max(length, len(password)) > MAX_CHARS:
        raise Invalid(
            f"A password has at most {MAX_CHARS} characters.", code="password_too_long", field=field
        )

    if is_common(password, own):
        raise Invalid(
            "This password is among the first that are tried: it is common, or made of your own data. "
            "Choose another, such as three or four words.",
            code="password_common",
            field=field,
        )


def _normal(password: str) -> str:
    # The same letters typed on another keyboard or system must give the same bytes.
    return unicodedata.normalize("NFKC", password)
