"""One mail: tried until the server takes it or refuses it, for three days at most."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.mail import MailActivities
    from omnisupport.domain.mail import Mail
    from omnisupport.temporal import CHANNELS
    from omnisupport.workflows import options

UNCERTAIN = "mail_uncertain"


@workflow.defn(name="MailWorkflow")
class MailWorkflow:
    """Started by its key: a second start is refused by the engine, so a mail is sent once."""

    @workflow.run
    async def run(self, mail: Mail) -> str:
        """Send the mail; returns what became of it: sent, or the code of the last failure, never the address."""
        if not mail.to:
            return "nobody"
        asked_at = workflow.now()
        until = asked_at + timedelta(hours=mail.good_for_hours)
        outcome = ""
        for pause in options.MAIL_REPEATS:
            if pause:
                await workflow.sleep(pause, summary="before an uncertain mail is repeated")
            left = until - workflow.now()
            if left <= timedelta(0):
                break
            outcome = await self._send(mail, asked_at.isoformat(), within=left)
            if outcome != UNCERTAIN:
                break
        if outcome != "sent":
            workflow.logger.warning("mail_not_sent template=%s reason=%s", mail.template, outcome)
        return outcome

    async def _send(self, mail: Mail, asked_at: str, *, within: timedelta) -> str:
        try:
            await workflow.execute_activity_method(
                MailActivities.send_mail,
                args=[mail, asked_at],
                task_queue=CHANNELS,
                schedule_to_close_timeout=within,
                summary="Hand the mail to the server",
                **options.MAIL_SEND,
            )
        except ActivityError as failed:
            return _code_of(failed)
        return "sent"


def _code_of(failed: ActivityError) -> str:
    """The code of what ended the attempts; a timeout carries the last attempt's failure beneath it."""
    cause: BaseException | None = failed.cause
    while cause is not None:
        if isinstance(cause, ApplicationError) and cause.type:
            return cause.type
        cause = cause.__cause__
    return "mail_timed_out"
