"""What scenarios change beyond their conversation: each effect is done once, or said to be refused and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from temporalio import activity

from omnisupport.domain.conversation import Instruct
from omnisupport.domain.effects import CarriedOut, Effect, EffectKind
from omnisupport.domain.mail import Mail, MailTemplate
from omnisupport.domain.people import parse_address
from omnisupport.errors import OmniError
from omnisupport.observability import fault_point, get_logger
from omnisupport.temporal import parse_workflow_id

log = get_logger(__name__)

BATCH = 20


class EffectStore(Protocol):
    """`storage/queries/effects.py`."""

    async def pending(
        self, tenant_id: UUID, *, conversation_id: UUID | None, run_id: UUID | None, limit: int
    ) -> list[Effect]:
        """What waits to be carried out, in its order."""

    async def carry_out(self, tenant_id: UUID, effect: Effect) -> None:
        """Do what is the database's to do, and say that it is done."""

    async def finish(self, tenant_id: UUID, effect_id: str, *, refused: str | None = None) -> None:
        """Say that it is done, or why it is not."""

    async def workspace(self, tenant_id: UUID) -> str:
        """The company's name."""

    async def members(self, tenant_id: UUID, target: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """Address, name and language of those whom a target names."""


class Post(Protocol):
    """Who hands mail over (`mail/mailer.py`)."""

    async def send(self, tenant_id: UUID, mail: Mail) -> None:
        """Hand a mail over; the same key is the same mail."""


class Bell(Protocol):
    """Who tells conversations (`temporal.py`)."""

    async def instruct(self, tenant_id: UUID, conversation_id: UUID, instruct: Instruct) -> None:
        """Signal-with-start: a conversation obeys commands of a run that is about it."""

    async def ring_triggers(self, tenant_id: UUID) -> bool:
        """Signal-with-start of the tenant's triggers."""


class EffectActivities:
    """Local activity beside the turns of a conversation or a run."""

    def __init__(self, store: EffectStore, post: Post, bell: Bell) -> None:
        self._store = store
        self._post = post
        self._bell = bell

    @activity.defn
    async def carry_out(self) -> CarriedOut:
        """Carry out what waits for this conversation or run; what fails for now raises and is tried again."""
        workflow_id = activity.info().workflow_id
        assert workflow_id is not None
        tenant_id, thing = parse_workflow_id(workflow_id)
        is_run = workflow_id.split("/")[1] == "run"
        pending = await self._store.pending(
            tenant_id,
            conversation_id=None if is_run else UUID(thing),
            run_id=UUID(thing) if is_run else None,
            limit=BATCH,
        )
        refused: list[str] = []
        for effect in pending:
            fault_point("before_effect")
            try:
                await self._carry_out(tenant_id, effect)
            except OmniError as wrong:
                if wrong.retryable:
                    raise
                log.warning("effect_refused", kind=effect.kind, effect_id=effect.id, code=wrong.code)
                await self._store.finish(tenant_id, effect.id, refused=f"{wrong.code}: {wrong.detail}")
                refused.append(f"{effect.kind}: {wrong.detail}")
            fault_point("after_effect")
        return CarriedOut(refused, more=len(pending) == BATCH)

    async def _carry_out(self, tenant_id: UUID, effect: Effect) -> None:
        if effect.kind == EffectKind.INSTRUCT and effect.conversation_id is not None:
            told = Instruct(effect.id, effect.body["commands"])
            await self._bell.instruct(tenant_id, effect.conversation_id, told)
            await self._store.finish(tenant_id, effect.id)
            return
        if effect.kind not in (EffectKind.NOTICE, EffectKind.LETTER):
            await self._store.carry_out(tenant_id, effect)
            if effect.kind in (EffectKind.EVENT, EffectKind.RATING):
                await self._bell.ring_triggers(tenant_id)
            return
        workspace = await self._store.workspace(tenant_id)
        key = f"effect/{effect.id.replace(':', '.')}"
        if effect.kind == EffectKind.LETTER:
            names = {"text": effect.body["text"], "workspace": workspace}
            locale = str(effect.body.get("locale") or "ru")
            address = parse_address(effect.body["address"])
            letter = Mail(address, MailTemplate.SCENARIO_LETTER, locale, names, key)
            await self._post.send(tenant_id, letter)
        else:
            names = {"text": effect.body["text"], "workspace": workspace, "scenario": effect.body["scenario"]}
            members = await self._store.members(tenant_id, effect.body["target"])
            for number, (address, name, locale) in enumerate(members):
                notice = {**names, "name": name}
                template = MailTemplate.SCENARIO_NOTICE
                await self._post.send(tenant_id, Mail(address, template, locale, notice, f"{key}/{number}"))
        await self._store.finish(tenant_id, effect.id)
