"""Judges what a conversation's clients and tables saw against the promises I1 to I8. Pure: no product code.

A *history* is what one visitor did and saw, and what was stored. The bot under test is an echo: every
message carries a token of its own, and the bot's answer repeats it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

BOTS = ("scenario", "assistant")
SETTLED = ("sent", "delivered", "read", "failed", "cancelled")


@dataclass(frozen=True)
class Ack:
    """A send that got a 2xx. `began` and `acked` are moments of the client's own clock."""

    token: str
    message_id: str
    seq: int
    began: float
    acked: float


@dataclass(frozen=True)
class Row:
    """A stored message; `key` makes it exist once, `turn` says who decided it (None: nobody, it came in)."""

    id: str
    seq: int
    direction: str
    author: str
    text: str
    key: str
    turn: int | None = None
    status: str = "sent"


@dataclass(frozen=True)
class Turn:
    """A stored turn: up to which inbound seq it answered, how many bot messages it decided, whose calls."""

    turn: int
    through_seq: int
    sends: int
    calls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hold:
    """An operator's time: the seqs that his take_over and his hand_back were answered with (None: still his)."""

    after: int
    before: int | None = None


@dataclass(frozen=True)
class History:
    """Everything known of one conversation, once it is quiet.

    `live` are message ids as the socket brought them, `last_turn` what the conversation's row counts.
    """

    name: str
    acks: list[Ack]
    rows: list[Row]
    turns: list[Turn] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    live: list[str] | None = None
    last_turn: int | None = None


@dataclass(frozen=True)
class Violation:
    """A promise that was broken, where, and what shows it."""

    promise: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.promise} {self.where}: {self.what}"


def check_all(histories: Iterable[History]) -> list[Violation]:
    """Every broken promise of every history; an empty list is the only good answer."""
    return [violation for history in histories for violation in check(history)]


def check(history: History) -> list[Violation]:
    """Every broken promise of one history."""
    rules = (
        durable,
        inbound_once,
        ordered,
        decided_rows,
        delivered,
        delivered_once,
        settled,
        paid_once,
        answered,
        fenced,
    )
    return [Violation(promise, history.name, what) for rule in rules for promise, what in rule(history)]


Finding = Iterator[tuple[str, str]]


def durable(history: History) -> Finding:
    """I1: every acknowledged message is stored, where and as it was acknowledged."""
    stored = {row.id: row for row in history.rows if row.direction == "inbound"}
    for ack in history.acks:
        row = stored.get(ack.message_id)
        if row is None:
            yield "I1", f"acknowledged message {ack.token} is not stored"
        elif row.seq != ack.seq or ack.token not in row.text:
            yield "I1", f"{ack.token} was acknowledged as {ack.seq} and is stored as {row.seq} '{row.text}'"


def inbound_once(history: History) -> Finding:
    """I2: a message of the customer is stored once, whatever was repeated."""
    inbound = [row for row in history.rows if row.direction == "inbound"]
    yield from _doubles("I2", "inbound key", (row.key for row in inbound))
    for ack in history.acks:
        copies = sum(ack.token in row.text for row in inbound)
        if copies > 1:
            yield "I2", f"{ack.token} is stored {copies} times"


def ordered(history: History) -> Finding:
    """I3: seqs have no gap, sends that followed each other stay so, answers follow the questions' order."""
    seqs = [row.seq for row in history.rows]
    if sorted(seqs) != list(range(1, len(seqs) + 1)):
        yield "I3", f"seqs are not 1 to {len(seqs)}: {_holes(seqs)}"
    if seqs != sorted(seqs):
        yield "I3", "the API lists rows in another order than their seqs"
    for earlier, later in pairwise(sorted(history.acks, key=lambda ack: ack.began)):
        if earlier.acked <= later.began and earlier.seq >= later.seq:
            yield "I3", f"{earlier.token} was acknowledged before {later.token} was sent, and stands after it"
    answers = [_answers(history, ack) for ack in sorted(history.acks, key=lambda ack: ack.seq)]
    places = [found[0].seq for found in answers if len(found) == 1]
    if places != sorted(places):
        yield "I3", f"answers stand in another order than the questions: {places}"
    if history.live is not None:
        place = {row.id: row.seq for row in history.rows}
        seen = [place[id] for id in dict.fromkeys(history.live) if id in place]
        if seen != sorted(seen):
            yield "I3", "the socket showed another order than the API"


def decided_rows(history: History) -> Finding:
    """I4: a turn's rows are exactly those that it decided, each key once; turns have no hole."""
    yield from _doubles("I4", "key", (row.key for row in history.rows))
    turns = {turn.turn: turn for turn in history.turns}
    if history.last_turn is None:
        return
    if sorted(turn.turn for turn in history.turns) != list(range(1, history.last_turn + 1)):
        yield "I4", f"turns are not 1 to {history.last_turn}: {sorted(turns)}"
    written = Counter(row.turn for row in history.rows if row.author in BOTS)
    for number, turn in turns.items():
        if written[number] != turn.sends:
            yield "I4", f"turn {number} decided {turn.sends} messages and {written[number]} are stored"
    for stray in written.keys() - turns.keys():
        yield "I4", f"{written[stray]} rows of the bot belong to turn {stray}, which does not exist"
    cursors = [turn.through_seq for turn in sorted(history.turns, key=lambda turn: turn.turn)]
    if cursors != sorted(cursors):
        yield "I4", f"the cursor went back: {cursors}"


def delivered(history: History) -> Finding:
    """I5: every message for the customer reached his socket."""
    if history.live is None:
        return
    seen = set(history.live)
    for row in history.rows:
        if row.direction == "outbound" and row.status != "cancelled" and row.id not in seen:
            yield "I5", f"the customer's socket never brought row {row.seq} '{row.text}'"


def delivered_once(history: History) -> Finding:
    """I6: no message reached the customer's socket twice."""
    if history.live is not None:
        yield from _doubles("I6", "frame of message", iter(history.live))


def settled(history: History) -> Finding:
    """I7: when all is quiet no row is half-way, or in doubt without a word."""
    for row in history.rows:
        if row.status not in SETTLED:
            yield "I7", f"row {row.seq} is still '{row.status}'"


def paid_once(history: History) -> Finding:
    """I8: the result of a paid call is used once."""
    yield from _doubles("I8", "result of call", (call for turn in history.turns for call in turn.calls))


def answered(history: History) -> Finding:
    """Every acknowledged message is answered once by the bot, or is the operator's; never by both."""
    replies = [row.seq for row in history.rows if row.author == "operator" and row.direction == "outbound"]
    for ack in history.acks:
        found = _answers(history, ack)
        if len(found) > 1:
            yield "I4", f"{ack.token} is answered {len(found)} times"
        elif found and any(ack.seq < reply < found[0].seq for reply in replies):
            yield "I4", f"{ack.token} was answered by the operator and by the bot after him"
        elif not found and not _is_the_operators(history, ack, replies):
            yield "I4", f"{ack.token} was never answered"


def fenced(history: History) -> Finding:
    """Nothing of the bot stands between an operator's take_over and his hand_back."""
    for hold in history.holds:
        for row in history.rows:
            if row.author in BOTS and hold.after < row.seq and (hold.before is None or row.seq < hold.before):
                yield (
                    "I4",
                    f"row {row.seq} of the bot came while the operator held ({hold.after}, {hold.before})",
                )


def _answers(history: History, ack: Ack) -> list[Row]:
    return [row for row in history.rows if row.author in BOTS and ack.token in row.text]


def _is_the_operators(history: History, ack: Ack, replies: list[int]) -> bool:
    """Whether a human owes or gave the answer: he replied after it, or holds it still.

    A message before one that the bot has answered was passed over, whoever came later.
    """
    held_on = any(hold.before is None for hold in history.holds)
    taken = [reply for reply in replies if reply > ack.seq] + [len(history.rows) + 1] * held_on
    if not taken:
        return False
    later = (other for other in history.acks if other.seq > ack.seq)
    return not any(answer.seq < min(taken) for other in later for answer in _answers(history, other))


def _doubles(promise: str, what: str, values: Iterable[str]) -> Finding:
    for value, times in Counter(values).items():
        if times > 1:
            yield promise, f"{what} {value} exists {times} times"


def _holes(seqs: list[int]) -> str:
    missing = sorted(set(range(1, max(seqs, default=0) + 1)) - set(seqs))
    return f"missing {missing[:10]}, double {[seq for seq, times in Counter(seqs).items() if times > 1][:10]}"
