"""What is known of a conversation: the copy of its row, and what was read with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.turns import context_of, locale_of
    from omnisupport.domain.conversation import Chosen, Controller, Loaded, Row, Status
    from omnisupport.scenario_dsl import Context, read_ir
    from omnisupport.scenario_dsl.notes import World
    from omnisupport.workflows import options
    from omnisupport.workflows.alarm import now_ms
    from omnisupport.workflows.turn import Draft


class Known:
    """The row as it was last seen, the tenant's and customer's part of it, and the scenarios that were met."""

    def __init__(self, conversation_id: str) -> None:
        self.conversation_id = conversation_id
        self.row = Row(0, 0, 0, 0, 0, Status.OPEN, Controller.ASSISTANT)
        self.irs: dict[str, dict[str, Any]] = {}
        self.foreseen: tuple[int, Chosen] | None = None
        """Who takes the message of this seq, as the first read found it; of use until the row moves on."""
        self.world: World | None = None
        """The world as the trace of the last turn has noted it; None: not by this run."""
        self._loaded: Loaded | None = None

    @property
    def loaded(self) -> Loaded:
        """What was read with the row."""
        assert self._loaded is not None
        return self._loaded

    @loaded.setter
    def loaded(self, loaded: Loaded) -> None:
        self._loaded = loaded

    @property
    def locale(self) -> str:
        """The language of what the bot says."""
        return locale_of(self.loaded)

    @property
    def hold_ms(self) -> int:
        """How long typed text waits for its next fragment (a channel setting; architecture.md 2.4, Bursts)."""
        return int((self.loaded.channel.get("settings") or {}).get("hold_ms", options.HOLD_MS))

    def draft(self) -> Draft:
        """A turn that has decided nothing yet."""
        direct = self.loaded.channel.get("type") == "widget"
        draft = Draft.of(self.row, self.conversation_id, locale=self.locale, direct=direct)
        draft.world = self.world
        return draft

    def heard(self) -> None:
        """The customer has just written: channels with a window count from now."""
        self._loaded = replace(self.loaded, last_inbound_at=now_ms())

    def customer_changes(self, values: dict[str, Any]) -> None:
        """What a scenario has changed of the customer, for whatever reads it next."""
        known = dict(self.loaded.customer)
        consents = {
            purpose: "granted" if given else "denied"
            for purpose, given in (values.get("consents") or {}).items()
        }
        if consents:
            known["consents"] = {**(known.get("consents") or {}), **consents}
        if values.get("fields"):
            known["fields"] = {**(known.get("fields") or {}), **values["fields"]}
        known |= {name: values[name] for name in ("name", "email", "phone", "locale") if name in values}
        self._loaded = replace(self.loaded, customer=known)

    def conversation_changes(self, values: dict[str, Any]) -> None:
        """What a scenario has changed of the conversation's own fields."""
        known = dict(self.loaded.fields or {})
        if values.get("attributes"):
            known["attributes"] = {**(known.get("attributes") or {}), **values["attributes"]}
        known |= {name: values[name] for name in ("subject", "priority") if name in values}
        self._loaded = replace(self.loaded, fields=known)

    def scenario_name(self, draft: Draft) -> str:
        """The scenario's name as people know it."""
        ir = self.ir_of(draft)
        names: dict[str, str] = ir["name"]
        return names.get(draft.locale[:2]) or str(ir["id"])

    def context(self, draft: Draft) -> Context:
        """What a scenario sees of the world in this turn."""
        tags = draft.changes.get("tags", self.row.tags)
        return context_of(
            self.loaded, self.conversation_id, now=now_ms(), status=draft.status, tags=tags, row=self.row
        )

    def remember(self, ir_hash: str, ir: str | None) -> dict[str, Any]:
        """The compiled scenario of this hash, from its text when that came along."""
        if ir is not None:
            self.irs[ir_hash] = read_ir(ir_hash, ir)
        return self.irs[ir_hash]

    def ir_of(self, draft: Draft) -> dict[str, Any]:
        """The compiled scenario that the turn is in."""
        return self.irs[draft.changes.get("ir_hash") or self.row.ir_hash or ""]
