"""The checker of histories finds what is planted, and nothing in a clean history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reliability.checker import Ack, History, Hold, Row, Turn, check, check_all

PROMPT = "что ещё?"


class Story:
    """Builds a clean history message by message, as the echo scenario and its operators make it."""

    def __init__(self) -> None:
        self.acks: list[Ack] = []
        self.rows: list[Row] = []
        self.turns: list[Turn] = []
        self.holds: list[Hold] = []

    def add(self, direction: str, author: str, text: str, *, turn: int | None = None, key: str = "") -> Row:
        """Store a row at the next seq."""
        seq = len(self.rows) + 1
        row = Row(f"id{seq}", seq, direction, author, text, key or f"key{seq}", turn)
        self.rows.append(row)
        return row

    def hear(self) -> Ack:
        """The customer sends a message and gets its 202."""
        number = len(self.acks) + 1
        token = f"[{number}]"
        row = self.add("inbound", "customer", f"привет {token}")
        ack = Ack(token, row.id, row.seq, began=number * 2.0, acked=number * 2.0 + 1)
        self.acks.append(ack)
        return ack

    def answer(self, acks: list[Ack]) -> None:
        """One turn of the bot over the messages that are due."""
        turn = len(self.turns) + 1
        for step, ack in enumerate(acks):
            self.add(
                "outbound", "scenario", f"эхо: привет {ack.token}", turn=turn, key=f"c:{turn}:{2 * step}:0"
            )
            self.add("outbound", "scenario", PROMPT, turn=turn, key=f"c:{turn}:{2 * step + 1}:0")
        self.turns.append(Turn(turn, acks[-1].seq, sends=2 * len(acks), calls=(f"{turn}.c1",)))

    def hold(self, messages: int, *, replies: bool) -> None:
        """An operator takes over, hears some messages, perhaps replies, and hands back."""
        turn = len(self.turns) + 1
        after = self.add("event", "system", "taken over", turn=turn).seq
        cursor = self.turns[-1].through_seq if self.turns else 0
        self.turns.append(Turn(turn, cursor, sends=0))
        heard = [self.hear() for _ in range(messages)]
        if replies:
            reply = self.add("outbound", "operator", "это человек", turn=turn + 1)
            cursor, heard = reply.seq, []
            self.turns.append(Turn(turn + 1, cursor, sends=0))
        before = self.add("event", "system", "handed back", turn=len(self.turns) + 1).seq
        self.turns.append(Turn(len(self.turns) + 1, cursor, sends=0))
        self.holds.append(Hold(after, before))
        if heard:
            self.answer(heard)

    def history(self) -> History:
        """What was built, as the checker takes it."""
        live = [row.id for row in self.rows if row.direction in ("inbound", "outbound")]
        return History("c", self.acks, self.rows, self.turns, self.holds, live, last_turn=len(self.turns))


@st.composite
def clean_histories(draw: st.DrawFn) -> History:
    """Bursts of one to four messages, with at least one hold, and at least two answered messages."""
    story = Story()
    for burst in draw(st.lists(st.integers(1, 4), min_size=2, max_size=5)):
        story.answer([story.hear() for _ in range(burst)])
    story.hold(draw(st.integers(0, 3)), replies=draw(st.booleans()))
    for burst in draw(st.lists(st.integers(1, 3), max_size=3)):
        story.answer([story.hear() for _ in range(burst)])
    return story.history()


# What can go wrong. Each returns a history with one fault planted in it ------------------------------------


def renumbered(history: History, rows: list[Row]) -> History:
    """The rows with gap-free seqs again, so that only the sharper rules can see the fault; acks follow."""
    rows = [replace(row, seq=seq) for seq, row in enumerate(rows, start=1)]
    place = {row.id: row.seq for row in rows}
    acks = [replace(ack, seq=place.get(ack.message_id, ack.seq)) for ack in history.acks]
    live = [id for id in history.live or [] if id in place]
    turned = {old.seq: place.get(old.id) for old in history.rows}
    turns = [
        replace(turn, through_seq=turned.get(turn.through_seq) or turn.through_seq) for turn in history.turns
    ]
    holds = [
        Hold(turned.get(hold.after) or hold.after, turned.get(hold.before or 0) or hold.before)
        for hold in history.holds
    ]
    return replace(history, rows=rows, acks=acks, live=live, turns=turns, holds=holds)


def pick(draw: st.DrawFn, history: History, wanted: Callable[[Row], bool]) -> Row:
    """One of the rows."""
    return draw(st.sampled_from([row for row in history.rows if wanted(row)]))


def is_inbound(row: Row) -> bool:
    return row.direction == "inbound"


def is_bot(row: Row) -> bool:
    return row.author == "scenario"


def is_echo(row: Row) -> bool:
    return is_bot(row) and row.text != PROMPT


def without(history: History, gone: Row) -> list[Row]:
    return [row for row in history.rows if row.id != gone.id]


def lose_inbound(draw: st.DrawFn, history: History) -> History:
    """An acknowledged message was not stored after all."""
    return renumbered(history, without(history, pick(draw, history, is_inbound)))


def leave_gap(draw: st.DrawFn, history: History) -> History:
    """A row is gone and its seq with it."""
    gone = pick(draw, history, lambda row: row.seq < len(history.rows))
    return replace(
        history, rows=without(history, gone), live=[id for id in history.live or [] if id != gone.id]
    )


def lose_bot_row(draw: st.DrawFn, history: History) -> History:
    """A turn's row was never written."""
    return renumbered(history, without(history, pick(draw, history, is_bot)))


def lose_answer_and_its_trace(draw: st.DrawFn, history: History) -> History:
    """A message was passed over: no answer, and no turn that says one was decided."""
    first_reply = next((row.seq for row in history.rows if row.author == "operator"), len(history.rows) + 1)
    echoes = [row for row in history.rows if is_echo(row)]
    followed = [one for one, later in pairwise(echoes) if later.seq < first_reply or one.seq > first_reply]
    gone = draw(st.sampled_from(followed))
    turns = [
        replace(turn, sends=turn.sends - 1) if turn.turn == gone.turn else turn for turn in history.turns
    ]
    return renumbered(replace(history, turns=turns), without(history, gone))


def double(draw: st.DrawFn, history: History, wanted: Callable[[Row], bool], *, same_key: bool) -> History:
    row = pick(draw, history, wanted)
    copy = replace(row, id="copy", key=row.key if same_key else "another key")
    at = draw(st.integers(row.seq, len(history.rows)))
    rows = [*history.rows[:at], copy, *history.rows[at:]]
    doubled = replace(history, live=[*(history.live or []), copy.id])
    return renumbered(doubled, rows)


def store_twice(draw: st.DrawFn, history: History) -> History:
    """A repeated POST made a second row."""
    return double(draw, history, is_inbound, same_key=draw(st.booleans()))


def answer_twice(draw: st.DrawFn, history: History) -> History:
    """A turn ran again under another key, and its trace agrees."""
    doubled = double(draw, history, is_echo, same_key=False)
    owner = next(row.turn for row in doubled.rows if row.id == "copy")
    turns = [replace(turn, sends=turn.sends + 1) if turn.turn == owner else turn for turn in doubled.turns]
    return replace(doubled, turns=turns)


def write_twice(draw: st.DrawFn, history: History) -> History:
    """A turn's row was written twice under its key."""
    return double(draw, history, is_bot, same_key=True)


def swap(draw: st.DrawFn, history: History, wanted: Callable[[Row], bool]) -> tuple[Row, Row]:
    rows = [row for row in history.rows if wanted(row)]
    first = draw(st.integers(0, len(rows) - 2))
    second = draw(st.integers(first + 1, len(rows) - 1))
    return rows[first], rows[second]


def exchanged(history: History, one: Row, other: Row) -> list[Row]:
    """The rows with two of them in each other's place."""
    place = {one.id: replace(other, seq=one.seq), other.id: replace(one, seq=other.seq)}
    return [place.get(row.id, row) for row in history.rows]


def swap_inbound(draw: st.DrawFn, history: History) -> History:
    """Two messages of one sender were numbered the other way round, in ack and table alike."""
    one, other = swap(draw, history, is_inbound)
    rows = exchanged(history, one, other)
    place = {row.id: row.seq for row in rows}
    acks = [replace(ack, seq=place[ack.message_id]) for ack in history.acks]
    return replace(history, rows=rows, acks=acks)


def swap_answers(draw: st.DrawFn, history: History) -> History:
    """Two answers stand in each other's place."""
    one, other = swap(draw, history, is_echo)
    return replace(history, rows=exchanged(history, one, other))


def list_out_of_order(draw: st.DrawFn, history: History) -> History:
    """The API lists two rows the wrong way round."""
    at = draw(st.integers(0, len(history.rows) - 2))
    rows = list(history.rows)
    rows[at], rows[at + 1] = rows[at + 1], rows[at]
    return replace(history, rows=rows)


def speak_while_held(draw: st.DrawFn, history: History) -> History:
    """The bot says something between take_over and hand_back."""
    hold = draw(st.sampled_from(history.holds))
    assert hold.before is not None
    at = draw(st.integers(hold.after, hold.before - 1))
    word = Row("word", 0, "outbound", "assistant", "бот ещё здесь", "word", turn=1)
    turns = [replace(turn, sends=turn.sends + 1) if turn.turn == 1 else turn for turn in history.turns]
    spoken = replace(history, turns=turns, live=[*(history.live or [])])
    rows = [*history.rows[:at], word, *history.rows[at:]]
    return replace(renumbered(spoken, rows), live=None)


def answer_after_the_operator(draw: st.DrawFn, history: History) -> History:
    """The operator answered a message, and the bot answers it again after hand_back."""
    echo = pick(draw, history, is_echo)
    reply = Row("reply", 0, "outbound", "operator", "это человек", "reply", turn=echo.turn)
    rows = list(history.rows)
    at = next(index for index, row in enumerate(rows) if row.id == echo.id)
    return replace(renumbered(history, [*rows[:at], reply, *rows[at:]]), live=None)


def lose_turn(draw: st.DrawFn, history: History) -> History:
    """A turn's record is gone."""
    gone = draw(st.sampled_from(history.turns))
    return replace(history, turns=[turn for turn in history.turns if turn != gone])


def turn_back_the_cursor(draw: st.DrawFn, history: History) -> History:
    """A later turn claims to have answered less than an earlier one."""
    last = history.turns[-1]
    turns = [*history.turns, Turn(last.turn + 1, history.turns[0].through_seq - 1, 0)]
    return replace(history, turns=turns, last_turn=last.turn + 1)


def lose_frame(draw: st.DrawFn, history: History) -> History:
    """The socket never brought a row."""
    row = pick(draw, history, is_bot)
    return replace(history, live=[id for id in history.live or [] if id != row.id])


def repeat_frame(draw: st.DrawFn, history: History) -> History:
    """The socket brought a message twice."""
    return replace(history, live=[*(history.live or []), pick(draw, history, is_bot).id])


def swap_frames(draw: st.DrawFn, history: History) -> History:
    """The socket brought two messages the wrong way round."""
    live = list(history.live or [])
    at = draw(st.integers(0, len(live) - 2))
    live[at], live[at + 1] = live[at + 1], live[at]
    return replace(history, live=live)


def leave_half_way(draw: st.DrawFn, history: History) -> History:
    """A row stays in doubt."""
    row = pick(draw, history, is_bot)
    status = draw(st.sampled_from(["pending", "sending", "uncertain"]))
    rows = [replace(one, status=status) if one.id == row.id else one for one in history.rows]
    return replace(history, rows=rows)


def pay_twice(draw: st.DrawFn, history: History) -> History:
    """Two turns used the result of one call."""
    paid = draw(st.sampled_from([turn for turn in history.turns if turn.calls]))
    turns = [replace(t, calls=(*t.calls, *paid.calls)) if t.turn == 1 else t for t in history.turns]
    return replace(history, turns=turns)


PLANTED: dict[str, tuple[Callable[[st.DrawFn, History], History], str]] = {
    "a lost message": (lose_inbound, "I1"),
    "a message stored twice": (store_twice, "I2"),
    "a gap": (leave_gap, "I3"),
    "swapped messages": (swap_inbound, "I3"),
    "swapped answers": (swap_answers, "I3"),
    "a page out of order": (list_out_of_order, "I3"),
    "frames out of order": (swap_frames, "I3"),
    "a lost row of a turn": (lose_bot_row, "I4"),
    "a row written twice": (write_twice, "I4"),
    "a message without an answer": (lose_answer_and_its_trace, "I4"),
    "a message with two answers": (answer_twice, "I4"),
    "an answer after the operator's": (answer_after_the_operator, "I4"),
    "the bot while the operator holds": (speak_while_held, "I4"),
    "a lost turn": (lose_turn, "I4"),
    "a cursor that goes back": (turn_back_the_cursor, "I4"),
    "a row that the customer never saw": (lose_frame, "I5"),
    "a row that the customer saw twice": (repeat_frame, "I6"),
    "a row left in doubt": (leave_half_way, "I7"),
    "a call paid twice": (pay_twice, "I8"),
}


@settings(max_examples=50, deadline=None)
@given(clean_histories())
def test_a_clean_history_passes(history: History) -> None:
    assert [str(violation) for violation in check(history)] == []


@pytest.mark.parametrize("fault", PLANTED)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_planted_fault_is_found(fault: str, data: st.DataObject) -> None:
    plant, promise = PLANTED[fault]
    history = data.draw(clean_histories())
    broken = plant(data.draw, history)  # type: ignore[arg-type]
    found = check(broken)
    assert promise in {violation.promise for violation in found}, [str(violation) for violation in found]


def test_a_message_that_the_operator_still_holds_needs_no_answer() -> None:
    story = Story()
    story.answer([story.hear()])
    after = story.add("event", "system", "taken over", turn=2).seq
    story.turns.append(Turn(2, story.turns[-1].through_seq, sends=0))
    story.holds.append(Hold(after))
    story.hear()
    assert check(story.history()) == []


def test_a_message_before_the_last_answered_one_needs_its_answer_even_while_held() -> None:
    story = Story()
    passed_over = story.hear()
    story.answer([story.hear()])
    story.turns.append(Turn(2, story.turns[-1].through_seq, sends=0))
    story.holds.append(Hold(story.add("event", "system", "taken over", turn=2).seq))
    assert [passed_over.token in violation.what for violation in check(story.history())] == [True]


def test_every_history_is_judged() -> None:
    good, bad = Story(), Story()
    good.answer([good.hear()])
    bad.hear()
    assert len(check_all([good.history(), replace(bad.history(), name="bad")])) == 1
