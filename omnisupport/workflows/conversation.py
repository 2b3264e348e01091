"""One conversation, from its first message until it is resolved and quiet.

A message is committed by the api before it rings here. This workflow decides what is answered; one
local activity (`commit_turn`) writes each decision as a compare-and-set; whatever came back from it,
and never what was computed here, is what the story goes on from.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    import orjson

    from omnisupport.activities.effects import EffectActivities
    from omnisupport.activities.turns import Heard, TurnActivities
    from omnisupport.domain.calls import CallResult
    from omnisupport.domain.conversation import (
        DEFAULT_ANSWER,
        Begin,
        Carry,
        Committed,
        Controller,
        Happened,
        Instruct,
        Loaded,
        MessageStatus,
        Move,
        Moved,
        Operation,
        OperationResult,
        Ring,
        Row,
        Status,
    )
    from omnisupport.domain.effects import CarriedOut
    from omnisupport.scenario_dsl import Call, Domain, Operator, Result, Timer, opts_out, pending

    # By its own module: a payload's types are looked up there, and the sandbox knows only what was imported.
    from omnisupport.scenario_dsl.events import Inbound
    from omnisupport.scenario_dsl.notes import note_result
    from omnisupport.temporal import SCENARIO, STATUS, parse_workflow_id
    from omnisupport.texts import say
    from omnisupport.workflows import options
    from omnisupport.workflows.alarm import Alarm, Deadline, now_ms
    from omnisupport.workflows.albums import as_one, is_open
    from omnisupport.workflows.calls import LOCAL_CALLS, awaits, cancel_call, start_call
    from omnisupport.workflows.effects import has_opted_out, opt_out
    from omnisupport.workflows.known import Known
    from omnisupport.workflows.memory import Memory, Moving, Outside, Waiting
    from omnisupport.workflows.operations import Refused, apply_operation
    from omnisupport.workflows.outbox import Outbox
    from omnisupport.workflows.stepping import Stepping
    from omnisupport.workflows.turn import Draft


@workflow.defn(name="ConversationWorkflow")
class ConversationWorkflow:
    """Decides every answer of one conversation; see the module."""

    @workflow.init
    def __init__(self, carry: Carry | None = None) -> None:
        self._memory = Memory(rings={ring.seq: ring for ring in (carry.rings if carry else [])})
        _, conversation_id = parse_workflow_id(workflow.info().workflow_id)
        self._known = Known(conversation_id)
        self._stepping = Stepping(self._known)
        self._alarm = Alarm(self._deadlines)
        self._outbox = Outbox()

    @workflow.run
    async def run(self, carry: Carry | None = None) -> None:
        """Take what is due, one turn after the other, until the conversation is resolved and quiet."""
        if not await self._load(self._heard()):
            return
        self._resume_call()
        while True:
            self._alarm.arm()
            await workflow.wait_condition(lambda: self._is_due() or self._is_over() or self._may_rest())
            if self._is_over():
                await workflow.wait_condition(workflow.all_handlers_finished)
                if self._is_over():
                    return
                continue
            if self._should_start_afresh():
                workflow.continue_as_new(
                    Carry(rings=self._memory.carried()),
                    initial_versioning_behavior=workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
                )
            try:
                await self._take_turn()
            except Exception as broken:  # what the turn itself did not see coming ends with a human, too
                await self._give_up(broken)

    # What comes in ------------------------------------------------------------------------------

    @workflow.signal
    def ring(self, ring: Ring) -> None:
        """A decision is due for the message `ring.seq`; duplicates and losses are harmless."""
        self._memory.hear(ring)

    @workflow.signal
    def begin(self, begin: Begin) -> None:
        """Begin a scenario that no message of the customer began; duplicates are harmless."""
        if self._memory.is_new(begin.id):
            self._memory.begins.append(begin)

    @workflow.signal
    def happen(self, happened: Happened) -> None:
        """A domain event concerns this conversation; duplicates are harmless."""
        if self._memory.is_new(happened.id):
            self._memory.happened.append(happened)

    @workflow.signal
    def instruct(self, instruct: Instruct) -> None:
        """A run that is about this conversation wants something done here; duplicates are harmless."""
        if self._memory.is_new(instruct.id):
            self._memory.instructed.append(instruct)

    @workflow.signal
    def resend(self, message_id: str) -> None:
        """A message waits for its provider again, by a person's decision; duplicates are harmless."""
        self._outbox.send([message_id])

    @workflow.update
    async def move(self, move: Move) -> Moved:
        """Take the run over to another version where it waits; answered once it is, or that it will be."""
        asked = Moving(move)
        self._memory.moves.append(asked)
        await workflow.wait_condition(lambda: asked.result is not None)
        assert asked.result is not None
        return asked.result

    @workflow.update
    async def reply(self, operation: Operation) -> OperationResult:
        """An operator's reply or note; a reply to a conversation of the bot takes it over."""
        return await self._ask("reply", operation)

    @workflow.update
    async def take_over(self, operation: Operation) -> OperationResult:
        """An operator takes the conversation from the bot: the fence, nothing of the bot comes after."""
        return await self._ask("take_over", operation)

    @workflow.update
    async def hand_back(self, operation: Operation) -> OperationResult:
        """The bot goes on; what the customer wrote since the operator's last reply is its next turn."""
        return await self._ask("hand_back", operation)

    @workflow.update
    async def assign(self, operation: Operation) -> OperationResult:
        """Give the conversation to an operator or a department, or to nobody."""
        return await self._ask("assign", operation)

    @workflow.update
    async def transfer(self, operation: Operation) -> OperationResult:
        """Pass the conversation from one human to another, with a word."""
        return await self._ask("transfer", operation)

    @workflow.update
    async def resolve(self, operation: Operation) -> OperationResult:
        """The question is answered; a later message opens it again."""
        return await self._ask("resolve", operation)

    @workflow.update
    async def reopen(self, operation: Operation) -> OperationResult:
        """Open a resolved conversation."""
        return await self._ask("reopen", operation)

    @workflow.update
    async def snooze(self, operation: Operation) -> OperationResult:
        """Hide the conversation until a time or the customer's next message."""
        return await self._ask("snooze", operation)

    @workflow.query
    def state(self) -> dict[str, Any]:
        """The copy of the row, and what is waited for."""
        row = self._known.row
        outside = self._memory.outside
        return {
            "turn": row.turn,
            "epoch": row.epoch,
            "cursor": row.cursor,
            "status": row.status,
            "controller": row.controller,
            "scenario": row.scenario_key,
            "state": row.state,
            "calling": outside.call.node if outside else None,
            "alarm_at": self._alarm.at,
        }

    @workflow.query
    def trace(self) -> list[dict[str, Any]]:
        """The last turns of this run, oldest first; older ones are the rows of `turn`."""
        return [orjson.loads(turn) for turn in self._memory.trace]

    async def _ask(self, kind: str, operation: Operation) -> OperationResult:
        # Only queues: the main loop alone acts and commits (architecture.md 2.5).
        done = self._memory.done.get(operation.id)
        if done is not None:
            return done
        asked = Waiting(kind, operation)
        self._memory.waiting.append(asked)
        await workflow.wait_condition(lambda: asked.result is not None)
        assert asked.result is not None
        return asked.result

    # What is due --------------------------------------------------------------------------------

    def _is_due(self) -> bool:
        memory = self._memory
        if memory.waiting or self._alarm.rang or memory.owes:
            return True
        if self._heard_news() or memory.instructed or self._may_begin() or self._may_move():
            return True
        if memory.outside is not None:
            return memory.outside.handle.done() or self._is_cut_short(memory.outside)
        return (
            memory.behind
            or any(seq > self._known.row.cursor for seq in memory.rings)
            or self._forget_old_rings()
        )

    def _is_cut_short(self, outside: Outside) -> bool:
        """Whether a message that came during a call acts at once: a wish for a person, «cancel», an interrupt."""
        cursor = max(outside.passed, outside.draft.cursor if outside.draft else self._known.row.cursor)
        for ring in sorted((r for r in self._memory.rings.values() if r.seq > cursor), key=lambda r: r.seq):
            if ring.text is not None:
                message = _inbound(ring, ring.text)
                if self._stepping.leads_away(outside.draft or self._known.draft(), message, outside.call):
                    return True
            outside.passed = ring.seq
        return False

    def _forget_old_rings(self) -> bool:
        # Repeats say nothing new; dropping them keeps the dictionary as small as the backlog.
        for seq in [seq for seq in self._memory.rings if seq <= self._known.row.cursor]:
            del self._memory.rings[seq]
        return False

    def _is_over(self) -> bool:
        memory = self._memory
        busy = (
            memory.waiting
            or memory.begins
            or memory.happened
            or memory.instructed
            or memory.moves
            or (self._known.row.state is not None and self._known.row.ir_hash in self._known.irs)
            or self._outbox
            or memory.behind
            or memory.owes
            or memory.outside
            or any(s > self._known.row.cursor for s in memory.rings)
        )
        return self._known.row.status == Status.RESOLVED and not busy

    def _should_start_afresh(self) -> bool:
        info, memory = workflow.info(), self._memory
        long = (
            memory.turns >= options.TURNS_PER_RUN
            or info.get_current_history_length() > options.EVENTS_PER_RUN
            or info.is_continue_as_new_suggested()
            or info.is_target_worker_deployment_version_changed()
        )
        # At the start of a turn, with the pending message carried over: right after a reply it races the next.
        return (
            long
            and not (memory.waiting or memory.outside or memory.owes or self._outbox)
            and not (memory.begins or memory.happened or memory.instructed or memory.moves)
            and workflow.all_handlers_finished()
        )

    def _may_rest(self) -> bool:
        """While an operator holds the conversation, between two of his updates: the messages race nothing then."""
        return self._known.row.controller == Controller.OPERATOR and self._should_start_afresh()

    async def _take_turn(self) -> None:
        memory = self._memory
        if memory.waiting:
            await self._take_operation(memory.waiting[0])
        elif memory.owes:
            await self._carry_out()
        elif happened := self._heard_news():
            memory.happened.remove(happened)
            await self._hear_of(happened)
        elif memory.instructed:
            await self._obey(memory.instructed.pop(0))
        elif self._may_move():
            await self._move(memory.moves[0])
        elif self._may_begin():
            await self._begin(memory.begins.pop(0))
        elif self._alarm.rang:
            self._alarm.rang = False
            await self._take_alarm()
        elif memory.outside is not None and memory.outside.handle.done():
            await self._take_result(memory.outside)
        elif self._known.row.controller == Controller.OPERATOR:
            await self._heed_while_held()
        else:
            await self._take_messages()

    # Messages -----------------------------------------------------------------------------------

    async def _take_messages(self) -> None:
        if is_open(self._memory.rings.values()) and not await self._gather_album():
            return
        rung, outside = list(self._memory.rings), self._memory.outside
        draft = outside.draft if outside and outside.draft else self._known.draft()
        due = await self._due_messages(draft.cursor)
        if not due:  # they rang for what is answered already; one that came while we read is another matter
            for seq in rung:
                self._memory.rings.pop(seq, None)
            return
        self._drop_call()
        self._known.heard()
        for inbound in as_one(due):
            # What a scenario asks after the end, such as a score, does not open the conversation again.
            afterwards = draft.status == Status.RESOLVED and draft.state is not None
            if draft.status != Status.OPEN and not afterwards:
                draft.event("reopened" if draft.status == Status.RESOLVED else "woken")
                draft.set_status(Status.OPEN)
            draft.typed, draft.heard = inbound.button is None, inbound.text
            await self._stepping.decide(draft, inbound)
            if afterwards and draft.status == Status.RESOLVED and not draft.is_held:
                draft.set_status(Status.RESOLVED)
            elif afterwards and draft.status == Status.RESOLVED:
                draft.set_status(Status.OPEN)
            draft.cursor = inbound.seq
            if draft.call is not None or draft.is_held:
                break
        if outside is not None and draft.call is None and awaits(draft.state, outside.call):
            draft.call = outside.call
        await self._finish(draft)

    async def _gather_album(self) -> bool:
        """Let the rest of what was sent as one come; false when an operator wants something before that."""
        try:
            await workflow.wait_condition(
                lambda: bool(self._memory.waiting),
                timeout=options.ALBUM_HOLD_S,
                timeout_summary="until the album is whole",
            )
        except TimeoutError:
            return True
        return False

    async def _due_messages(self, cursor: int) -> list[Inbound]:
        """The next messages in their order: from the rings where they follow on, else from Postgres."""
        memory = self._memory
        due: list[Inbound] = []
        reached = cursor
        for ring in sorted((r for r in memory.rings.values() if r.seq > cursor), key=lambda r: r.seq):
            follows = ring.prev <= reached if not due else ring.prev == reached
            if ring.text is None or ring.prev < 0 or not follows or len(due) == options.MESSAGES_PER_TURN:
                break
            due.append(_inbound(ring, ring.text))
            reached = ring.seq
        if due and not memory.behind:
            return due
        memory.behind = False
        return await workflow.execute_local_activity_method(
            TurnActivities.read_inbound, cursor, **options.DATABASE_TURN
        )

    async def _give_up(self, broken: Exception) -> None:
        """The turn could not even be begun, or its operation not be understood: say so, and go on from there."""
        memory = self._memory
        if memory.waiting:
            workflow.logger.error("operation_failed kind=%s", memory.waiting[0].kind, exc_info=broken)
            self._answer(memory.waiting[0], OperationResult(ok=False, code="internal_error"))
            return
        self._drop_call()
        draft = self._known.draft()
        draft.cursor = max(memory.rings, default=self._known.row.last_in)
        memory.behind = False
        self._stepping.fail(draft, broken)
        await self._write(draft)

    # What others begin and tell ------------------------------------------------------------------

    def _may_begin(self) -> bool:
        """Whether the next scenario that waits to begin has its turn."""
        memory, row = self._memory, self._known.row
        if not memory.begins:
            return False
        busy = row.state is not None or memory.outside is not None or memory.behind
        return not busy or memory.begins[0].if_busy != "queue"

    async def _begin(self, begin: Begin) -> None:
        row = self._known.row
        held = row.controller == Controller.OPERATOR and row.status != Status.RESOLVED
        repeated = row.last_op == begin.id  # told before this run of ours, which has forgotten it
        if held or repeated or (row.state is not None and begin.if_busy == "skip"):
            return
        self._drop_call()
        draft = self._known.draft()
        draft.begun_by = begin.id
        await self._stepping.begin(draft, begin)
        await self._finish(draft)

    def _heard_news(self) -> Happened | None:
        """The next event that may be told: one of the run's own waits until no call is out that has its state."""
        is_out = self._memory.outside is not None
        return next((each for each in self._memory.happened if not (each.run and is_out)), None)

    async def _hear_of(self, happened: Happened) -> None:
        """Tell the run that waits for it; nobody else wants to know."""
        row = self._known.row
        state, kept = row.state or {}, happened.run > 0
        waits = (state.get("waiting") or {}).get("kind") == "event"
        is_other = kept and (happened.run != row.run or not state)
        if is_other or not (waits or kept) or row.ir_hash not in self._known.irs:
            return
        draft = self._known.draft()
        told = Domain(self._known.context(draft), happened.name, happened.data, kept)
        await self._stepping.tell(draft, told)
        if draft.state is not self._known.row.state:
            await self._finish(draft)

    async def _obey(self, instruct: Instruct) -> None:
        draft = self._known.draft()
        await self._stepping.obey(draft, instruct)
        await self._write(draft)

    # Versions ------------------------------------------------------------------------------------

    def _may_move(self) -> bool:
        """Whether a move has its turn: the run waits, or its caller does not know yet that it must."""
        moves = self._memory.moves
        if not moves:
            return False
        return self._memory.outside is None or not moves[0].told

    async def _move(self, asked: Moving) -> None:
        """Take the run over; while a call is out the caller is told that it will be, and it is at the next wait."""
        if self._memory.outside is not None:
            asked.told, asked.result = True, Moved("waiting")
            return
        self._memory.moves.remove(asked)
        row, move = self._known.row, asked.move
        if row.state is None or row.ir_hash != move.ir_hash or move.ir_hash not in self._known.irs:
            asked.result = Moved("gone")
            return
        if move.to not in self._known.irs:
            text = await workflow.execute_local_activity_method(
                TurnActivities.read_version, move.to, **options.DATABASE_TURN
            )
            if text is None:
                asked.result = Moved("refused", "version_gone", move.to)
                return
            self._known.remember(move.to, text)
        draft = self._known.draft()
        moved = await self._stepping.move(draft, move)
        if moved.way == "moved":
            await self._finish(draft)
        asked.result = moved

    async def _carry_out(self) -> None:
        """Do what an earlier turn decided beyond the conversation; what cannot be done is told to operators."""
        carried: CarriedOut = await workflow.execute_local_activity_method(
            EffectActivities.carry_out, summary="Carry out what was decided", **options.EFFECTS
        )
        self._memory.owes = carried.more
        if carried.refused:
            draft = self._known.draft()
            for what in carried.refused:
                draft.note(say("effect_refused", draft.locale, what=what))
            await self._write(draft)

    # Calls that leave the process ---------------------------------------------------------------

    async def _finish(self, draft: Draft) -> None:
        """Commit the turn; a call goes out, before the commit only when nothing has been said yet."""
        if draft.call is not None and not awaits(draft.state, draft.call):
            draft.call = None  # something said since has led away from it
        if draft.call is None:
            await self._commit(draft)
        elif draft.rows:
            call, draft.call = draft.call, None
            if await self._commit(draft):
                self._call_out(call, None, after=draft.cursor, typed=draft.typed)
        else:
            call, draft.call = draft.call, None
            self._call_out(call, draft, after=draft.cursor, typed=draft.typed)

    def _call_out(self, call: Call, draft: Draft | None, *, after: int, typed: bool) -> None:
        run = draft.run if draft else self._known.row.run
        handle = start_call(
            call,
            key=f"{self._known.conversation_id}:{run}:{call.id}",
            run=run,
            locale=self._known.locale,
            after=after,
            hold_ms=self._known.hold_ms if typed else 0,
        )
        self._memory.outside = Outside(call, handle, draft)

    async def _take_result(self, outside: Outside) -> None:
        self._memory.outside = None
        draft = outside.draft or self._known.draft()
        try:
            result = await outside.handle
        except FailureError as failed:
            workflow.logger.warning("call_failed node=%s reason=%s", outside.call.node, failed.cause)
            result = CallResult(exit="error")
        draft.cursor = max(draft.cursor, result.through_seq)
        draft.results.append(note_result(outside.call.id, result.exit, result.value))
        answer = Result(
            self._known.context(draft), call_id=outside.call.id, exit=result.exit, value=result.value
        )
        await self._stepping.tell(draft, answer)
        await self._finish(draft)

    def _drop_call(self) -> None:
        """The fence: a call of an older epoch is cancelled, and what it would have said is never said."""
        if self._memory.outside is not None:
            cancel_call(self._memory.outside.handle)
            self._memory.outside = None

    def _resume_call(self) -> bool:
        """Send out again what the state of the row waits for; false when it waits for no call."""
        row, memory = self._known.row, self._memory
        if row.state is None or row.controller == Controller.OPERATOR or row.ir_hash not in self._known.irs:
            return False
        for command in pending(self._known.irs[row.ir_hash], row.state):
            if isinstance(command, Call) and command.kind not in LOCAL_CALLS and memory.outside is None:
                self._call_out(command, None, after=row.cursor, typed=False)
        return memory.outside is not None

    # Operators ----------------------------------------------------------------------------------

    async def _take_operation(self, asked: Waiting) -> None:
        operation, row = asked.operation, self._known.row
        if row.last_op == operation.id:
            self._answer(asked, OperationResult(ok=True))
            return
        draft = self._known.draft()
        try:
            effect = apply_operation(asked.kind, operation, row, draft, now=now_ms())
        except Refused as refused:
            if asked.reread:
                self._answer(asked, OperationResult(ok=False, code=refused.code, detail=refused.detail))
            else:  # nothing is refused on memory alone: the row may be ahead of it
                asked.reread = True
                await self._load()
            return
        if effect.fences:
            self._drop_call()
        if effect.closes_handoff:
            said = {"summary": operation.text, "operator": operation.by.name}
            await self._stepping.tell(draft, Operator(self._known.context(draft), "closed", said))
        try:
            committed = await self._write(draft, op=operation.id)
        except FailureError as broken:
            self._answer(asked, OperationResult(ok=False, code="internal_error", detail=str(broken.cause)))
            return
        if committed.refused:
            name = draft.changes.get("assignee_name") or ""
            detail = say(f"error.{committed.refused}", draft.locale, name=name)
            self._answer(asked, OperationResult(ok=False, code=committed.refused, detail=detail))
            return
        if not committed.committed:
            return  # the row had moved on: the same operation is tried against it
        self._memory.told_unattended = False
        written = committed.written[0] if committed.written else {}
        self._answer(asked, OperationResult(ok=True, message_id=written.get("id"), seq=written.get("seq")))
        if effect.accepts_handoff:
            await self._tell_after(
                Operator(
                    self._known.context(self._known.draft()), "accepted", {"operator": operation.by.name}
                )
            )
        elif effect.gives_back and self._resume_call():
            return  # a takeover cut its call off: it is made again, and its answer goes on from there
        elif effect.gives_back and not self._memory.behind:
            await self._tell_after(Operator(self._known.context(self._known.draft()), "handed_back", {}))

    def _answer(self, asked: Waiting, result: OperationResult) -> None:
        asked.result = result
        self._memory.waiting.remove(asked)
        if result.ok:
            self._memory.done[asked.operation.id] = result
            for oldest in list(self._memory.done)[: -2 * options.MESSAGES_PER_TURN]:
                del self._memory.done[oldest]

    async def _tell_after(self, event: Operator) -> None:
        """Let a waiting scenario know, in a turn of its own."""
        if self._known.row.state is None or self._known.row.ir_hash not in self._known.irs:
            return
        draft = self._known.draft()
        await self._stepping.advance(draft, event)
        await self._finish(draft)

    async def _heed_while_held(self) -> None:
        """A ring while an operator holds: the message is his; only the conversation's place may change."""
        memory, row = self._memory, self._known.row
        unattended = any(ring.unattended for ring in memory.rings.values())
        said = [ring.text for ring in memory.rings.values() if ring.button is None and ring.text]
        memory.rings.clear()
        memory.behind = False
        draft = self._known.draft()
        leaves = any(opts_out(text, draft.locale) for text in said) and not has_opted_out(self._known)
        if leaves:
            opt_out(draft, self._known)
        if row.status != Status.OPEN:
            draft.set_status(Status.OPEN)
            draft.event("woken")
        elif unattended and row.assignee_id is not None and not memory.told_unattended:
            memory.told_unattended = True
            draft.event("unattended")
        elif not leaves:
            return
        await self._write(draft)

    # Timers -------------------------------------------------------------------------------------

    def _deadlines(self) -> list[Deadline]:
        if self._memory.outside is not None:
            return []  # the answer that is on its way decides; what is still due is looked at after it
        row = self._known.row
        found = [(row.snoozed_until, "snooze")] if row.snoozed_until is not None else []
        state = row.state or {}
        waits_for_human = (state.get("waiting") or {}).get("kind") == "handoff"
        if row.controller != Controller.OPERATOR or waits_for_human:
            found += [(timer["at"], timer["id"]) for timer in state.get("timers", [])]
        return sorted(found)

    async def _take_alarm(self) -> None:
        now = now_ms()
        draft = self._known.draft()
        for at, timer_id in self._deadlines():
            if at > now:
                break
            if timer_id == "snooze":
                draft.set_status(Status.OPEN)
                draft.event("woken")
            elif draft.state is not None:
                await self._fire(draft, timer_id, at)
        await self._finish(draft)

    async def _fire(self, draft: Draft, timer_id: str, at: int) -> None:
        try:
            await self._stepping.advance(draft, Timer(self._known.context(draft), timer_id=timer_id))
            left = (draft.state or {}).get("timers", [])
            if any(timer["id"] == timer_id and timer["at"] == at for timer in left):
                raise RuntimeError(f"timer {timer_id} fired and is still due")
        except Exception as broken:  # a fault of ours ends with a human, never in silence or a hot loop
            self._stepping.fail(draft, broken)

    # The row ------------------------------------------------------------------------------------

    def _heard(self) -> Heard | None:
        """The first message that this run was rung for, if its text came along."""
        first = min(self._memory.rings.values(), key=lambda ring: ring.seq, default=None)
        if first is None or first.text is None:
            return None
        return Heard(
            seq=first.seq,
            text=first.text,
            button=first.button,
            now=now_ms(),
            referral=(first.content or {}).get("referral"),
        )

    async def _load(self, heard: Heard | None = None) -> bool:
        loaded: Loaded | None = await workflow.execute_local_activity_method(
            TurnActivities.load_conversation,
            heard,
            summary=f"Read the conversation; who answers message {heard.seq}?"
            if heard
            else "Read the conversation",
            **options.DATABASE_TURN,
        )
        if loaded is None:
            return False
        self._known.foreseen = (heard.seq, loaded.chosen) if heard and loaded.chosen else None
        self._known.loaded = replace(loaded, ir=None, chosen=None)  # IRs are kept once a process
        row = loaded.row
        if loaded.ir is not None and row.ir_hash is not None:
            self._known.remember(row.ir_hash, loaded.ir)
        if row.state is not None and row.ir_hash not in self._known.irs:
            row = replace(
                row, state=None
            )  # a system scenario of another release: the next message is routed anew
        self._adopt(row)
        self._memory.owes = self._memory.owes or loaded.owes
        self._outbox.send(loaded.unsent)
        return True

    def _adopt(self, row: Row) -> None:
        """Take the row for the truth, and look again at what it has not answered."""
        self._known.row = row
        self._memory.behind = self._has_missed(row)

    def _has_missed(self, row: Row) -> bool:
        """Whether a message waits for the bot that did not ring here."""
        return (
            row.last_in > row.cursor
            and row.controller != Controller.OPERATOR
            and row.last_in not in self._memory.rings
        )

    async def _commit(self, draft: Draft) -> bool:
        try:
            committed = await self._write(draft)
        except FailureError as broken:  # what was decided cannot be written: say so, in words that can
            apology = self._known.draft()
            apology.cursor = draft.cursor
            self._stepping.fail(apology, broken)
            committed = await self._write(apology)
        return committed.committed

    async def _write(self, draft: Draft, *, op: str | None = None) -> Committed:
        """Write the turn and go on from what came back."""
        row, op = self._known.row, op or draft.begun_by
        rung = list(self._memory.rings)
        body = draft.commit(row, op=op, engine=(draft.state or {}).get("engine"))
        committed: Committed = await workflow.execute_local_activity_method(
            TurnActivities.commit_turn,
            orjson.dumps(body),
            summary=draft.label or "Commit the turn",
            **options.DATABASE_TURN,
        )
        self._memory.turns += 1
        if committed.gone:
            raise ApplicationError(
                "The conversation was deleted.", type="conversation_gone", non_retryable=True
            )
        if committed.refused:
            return committed
        if not committed.committed:
            self._known.world = None
            self._drop_call()
            assert committed.row is not None
            for seq in [seq for seq in rung if seq > committed.row.last_in]:
                self._memory.rings.pop(seq, None)  # rung for what the row does not have
            if committed.row.ir_hash is not None and committed.row.ir_hash not in self._known.irs:
                await self._load()
            else:
                self._adopt(committed.row)
            self._resume_call()
            self._memory.owes = self._memory.owes or committed.owes
            self._outbox.send(committed.unsent)
            return committed
        self._memory.owes = self._memory.owes or bool(draft.effects)
        self._take_over_changes(draft, committed, op)
        self._outbox.send([row["id"] for row in committed.written if row["status"] == MessageStatus.PENDING])
        return committed

    def _take_over_changes(self, draft: Draft, committed: Committed, op: str | None) -> None:
        before = self._known.row
        self._known.foreseen = None  # it was true of the row as it was read
        self._known.row = draft.committed(before, committed, op=op)
        self._known.world = draft.world
        if committed.last_in > before.last_in:  # while an operator holds, messages come that no turn takes
            self._known.heard()
        self._memory.behind = self._has_missed(self._known.row)
        traced = {"turn": committed.turn, "through": committed.cursor, "steps": draft.trace}
        self._memory.trace.append(orjson.dumps(traced).decode())
        del self._memory.trace[: -options.TRACE_KEPT]
        self._show(draft)

    def _show(self, draft: Draft) -> None:
        """Keep what ops see in the Temporal UI: search attributes where they are no longer true, details in words."""
        row = self._known.row
        shown = workflow.info().typed_search_attributes
        wanted = [(STATUS, str(row.status)), (SCENARIO, row.scenario_key or DEFAULT_ANSWER)]
        updates = [key.value_set(value) for key, value in wanted if shown.get(key) != value]
        if updates:
            workflow.upsert_search_attributes(updates)
        where = f" · {draft.label}" if draft.label and row.state is not None else ""
        workflow.set_current_details(f"{row.controller} · {row.scenario_key or '-'}{where} · {row.status}")


def _inbound(ring: Ring, text: str) -> Inbound:
    return Inbound(seq=ring.seq, text=text, button=ring.button, content=ring.content, album=ring.album)
