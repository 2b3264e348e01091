"""What one node of a scenario says on each channel: the node is run alone, as at the beginning of a conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from omnisupport.api.previewing import shown_messages
from omnisupport.api.scenario_gate import Report
from omnisupport.channels.base import Chat
from omnisupport.domain.account import Account
from omnisupport.domain.capabilities import CHANNELS
from omnisupport.domain.parts import content_of, in_words
from omnisupport.errors import Invalid
from omnisupport.scenario_dsl import IR, Context, Send, Start, compile_document, new_state, step
from omnisupport.scenario_dsl.registry import node_types

PROVIDERS = {"whatsapp": "meta", "sms": "twilio"}
"""Of channels that are called otherwise than their provider: whose account is taken for the example."""
ADDRESS = "79990000000"


async def preview_node(
    report: Report, node: str, channels: Sequence[str] | None, tenant_id: UUID, reader: str
) -> list[dict[str, Any]]:
    """By channel, what a node of a checked document says there; `reader` is the language of what is lost.

    A message to another place than the conversation is not among them.

    Raises:
        NotPublished: the document has errors (code `scenario_has_errors`).
        Invalid: it has no such node (`node_not_found`), or there is no such channel.
    """
    report.check_tryable()
    assert report.document is not None
    unknown = sorted(set(channels or ()) - set(CHANNELS))
    if unknown:
        names = ", ".join(CHANNELS)
        raise Invalid(f"There is no channel '{unknown[0][:40]}'. Channels: {names}.", field="channels")
    ir = compile_document(report.document, scenarios=report.resources.scenarios)
    if node not in ir["nodes"]:
        raise Invalid(f"The document has no node '{node[:80]}'.", code="node_not_found", field="node")
    # Programs are kept by their hash: this one begins elsewhere.
    alone = {**ir, "start": node, "hash": f"{ir['hash']}@{node}"}
    wanted = list(dict.fromkeys(channels or ir["channels"]))
    return await asyncio.to_thread(
        lambda: [_shown(alone, _said(alone, channel), channel, tenant_id, reader) for channel in wanted]
    )


def _said(ir: IR, channel: str) -> list[dict[str, Any]]:
    """The parts of the first message of a node that sends; what follows it is of other nodes."""
    if not node_types()[ir["nodes"][ir["start"]]["type"]].sends:
        return []
    now = int(datetime.now(UTC).timestamp() * 1000)
    context = Context(
        now=now,
        locale=ir["locale"]["default"],
        channel={"type": channel},
        conversation={"last_inbound_at": now},
        tenant={"slug": "", "name": ""},
    )
    _, commands = step(ir, new_state(ir, run=0), Start(context))
    sent = next((each for each in commands if isinstance(each, Send)), None)
    return sent.parts if sent is not None and sent.to is None else []


def _shown(ir: IR, parts: list[dict[str, Any]], channel: str, tenant_id: UUID, reader: str) -> dict[str, Any]:
    written = [(in_words(part), content_of(part, direct=channel == "widget")) for part in parts]
    return shown_messages(
        Account(tenant_id, tenant_id, channel, PROVIDERS.get(channel, channel), "", {}, {}),
        Chat(ADDRESS, datetime.now(UTC)),
        [(text, content) for text, content in written if text.strip()],
        author_kind="scenario",
        locale=ir["locale"]["default"],
        reader=reader,
    )
