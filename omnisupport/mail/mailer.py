"""Mail that something gives rise to: handed to a durable workflow before that is answered or done."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from omnisupport import temporal
from omnisupport.domain.mail import LONGEST_VALUE, NEEDED, NOBODY, Mail, check_mail
from omnisupport.errors import Unavailable
from omnisupport.observability import get_logger

if TYPE_CHECKING:
    from temporalio.client import Client

log = get_logger(__name__)

HANDED_OVER_WITHIN_S = 1.0


class MailUnavailable(Unavailable):
    """The mail could not be handed over in time; the request changed nothing and can be repeated."""

    code = "mail_unavailable"


class Mailer:
    """Starts one workflow a mail (decision 17).

    Call it as the last step inside the transaction of what the mail tells of: a refusal then takes the change back
    with it, and what was answered with 2xx has its mail.
    """

    def __init__(self, client: Client, *, public_origin: str, is_configured: bool) -> None:
        self._client = client
        self._origin = public_origin.rstrip("/")
        self._is_configured = is_configured

    async def send(self, tenant_id: UUID, mail: Mail) -> None:
        """Hand a mail over, within a second; the same key of the same tenant is the same mail and leaves once.

        `names["link"]` is a path such as `/reset-password?token=…`; it is completed with the configured origin.
        Where the deployment has no mail server, notices are left out with a line in the log.

        Raises:
            MailUnavailable: the engine does not take it now (503, safe to repeat), or it is a mail that is waited for
                and the deployment has no mail server (code `mail_not_configured`).
            ValueError: a fault of the caller, see `check_mail`; a link to somewhere else.
        """
        check_mail(mail)
        if not self._is_configured:
            if mail.template in NEEDED:
                raise _not_configured()
            log.warning("mail_left_out", template=mail.template, reason="OMNI_SMTP_URL is not set")
            return
        await self._start(tenant_id, mail.key, self._with_whole_link(mail))

    async def send_nobody(self) -> None:
        """Do as `send` does with a linked mail, for an address that is not known: the same time, the same refusals.

        A route that must not tell whether an address is known calls one of the two in each case.
        """
        if not self._is_configured:
            raise _not_configured()
        await self._start(temporal.SYSTEM_TENANT, str(uuid4()), NOBODY)

    def _with_whole_link(self, mail: Mail) -> Mail:
        link = mail.names.get("link")
        if link is None:
            return mail
        if link.startswith("/"):
            link = self._origin + link
        if not link.startswith(f"{self._origin}/") or len(link) > LONGEST_VALUE or not link.isprintable():
            raise ValueError("A mail links to pages of this deployment only.")
        return replace(mail, names=mail.names | {"link": link})

    async def _start(self, tenant_id: UUID, key: str, mail: Mail) -> None:
        try:
            async with asyncio.timeout(HANDED_OVER_WITHIN_S):
                await self._client.start_workflow(
                    "MailWorkflow",
                    mail,
                    id=temporal.workflow_id(tenant_id, "mail", key),
                    task_queue=temporal.CONVERSATIONS,
                    task_timeout=temporal.TASK_TIMEOUT,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    priority=temporal.fairness_of(tenant_id),
                    search_attributes=TypedSearchAttributes(
                        [SearchAttributePair(temporal.TENANT_ID, str(tenant_id))]
                    ),
                )
        except WorkflowAlreadyStartedError:
            return
        except (TimeoutError, RPCError, RuntimeError) as away:
            raise MailUnavailable(
                "Mail cannot be taken at the moment, so nothing was changed. Try again in a moment."
            ) from away


def _not_configured() -> MailUnavailable:
    return MailUnavailable(
        "This deployment sends no mail, and this cannot be done without. Its administrator sets OMNI_SMTP_URL.",
        code="mail_not_configured",
        retryable=False,
    )
