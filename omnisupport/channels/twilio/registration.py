"""Where Twilio calls us for what customers write: set where it can be, told of where a person has to.

A number is ours to set, and so is a WhatsApp sender. A messaging service is not: it speaks for all its numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from omnisupport.channels.base import Account, Ambiguous, NotSent, Problem
from omnisupport.channels.twilio.calls import Calls
from omnisupport.channels.twilio.inbound import OVERRIDES

SENDERS_PAGE = 100


async def register(calls: Calls, account: Account) -> list[Problem]:
    """Set our address where it is not set as it should be; what cannot be set is a problem.

    Raises:
        NotSent, Ambiguous: Twilio does not show how it is set.
    """
    if not account.webhook_url:
        return [Problem("webhook_missing", "This channel has no address for Twilio to call.", "reauthorize")]
    service = account.settings.get("messaging_service_sid")
    if service:
        found = await calls.ask(
            "GET", f"{calls.messaging}/v1/Services/{quote(str(service), safe='')}", account
        )
        if not found.get("use_inbound_webhook_on_number"):
            is_ours = _is_ours(found.get("inbound_request_url"), account)
            return [] if is_ours else [_by_hand(account)]
    if account.type == "whatsapp":
        return await _register_sender(calls, account)
    return await _register_number(calls, account)


async def unregister(calls: Calls, account: Account) -> None:
    """Take our address back where it is ours.

    Raises:
        NotSent, Ambiguous: Twilio did not take it.
    """
    if account.type == "whatsapp":
        sender = await _sender(calls, account)
        if sender is not None and _is_ours(_hook(sender).get("callback_url"), account):
            await _set_sender(calls, account, sender, "")
        return
    number = await _number(calls, account)
    if number is not None and _is_ours(number.get("sms_url"), account):
        await _set_number(calls, account, number, {"SmsUrl": ""})


async def _register_number(calls: Calls, account: Account) -> list[Problem]:
    if not account.external_id.startswith("+"):
        return [_by_hand(account)]  # a short code, or a name, which takes no answers
    number = await _number(calls, account)
    if number is None:
        what = "The account at Twilio has no number of this channel."
        return [Problem("number_missing", what, "reauthorize")]
    wanted = account.webhook_url + OVERRIDES
    # Beside an application, Twilio ignores the number's own address.
    if (
        number.get("sms_url") == wanted
        and number.get("sms_method") == "POST"
        and not number.get("sms_application_sid")
    ):
        return []
    form = {"SmsUrl": wanted, "SmsMethod": "POST"}
    if number.get("sms_application_sid"):
        form["SmsApplicationSid"] = ""
    try:
        await _set_number(calls, account, number, form)
    except NotSent as refused:
        if refused.retryable:
            raise
        return [Problem("webhook_refused", refused.detail, "resubscribe")]
    return []


async def _register_sender(calls: Calls, account: Account) -> list[Problem]:
    wanted = account.webhook_url + OVERRIDES
    try:
        sender = await _sender(calls, account)
        if sender is None:
            return [_by_hand(account)]  # the sandbox is in no list
        hook = _hook(sender)
        if hook.get("callback_url") != wanted or hook.get("callback_method") != "POST":
            await _set_sender(calls, account, sender, wanted)
    except (NotSent, Ambiguous) as refused:
        # The list of senders is a beta, and not for every key; the account itself has been seen before.
        if isinstance(refused, NotSent) and refused.retryable:
            raise
        return [_by_hand(account)]
    return []


async def _number(calls: Calls, account: Account) -> dict[str, Any] | None:
    url = calls.of_account(account, "/IncomingPhoneNumbers")
    answer = await calls.ask("GET", url, account, params={"PhoneNumber": account.external_id})
    return _the_one(answer.get("incoming_phone_numbers"), "phone_number", account)


async def _set_number(
    calls: Calls, account: Account, number: Mapping[str, Any], form: Mapping[str, str]
) -> None:
    sid = quote(str(number["sid"]), safe="")
    await calls.ask(
        "POST", calls.of_account(account, f"/IncomingPhoneNumbers/{sid}"), account, data=dict(form)
    )


async def _sender(calls: Calls, account: Account) -> dict[str, Any] | None:
    asked = {"Channel": "whatsapp", "PageSize": str(SENDERS_PAGE)}
    answer = await calls.ask("GET", f"{calls.messaging}/v2/Channels/Senders", account, params=asked)
    listed = _the_one(answer.get("senders"), "sender_id", account)
    if listed is None:
        return None
    sid = quote(str(listed["sid"]), safe="")  # a list may leave the webhook out
    return await calls.ask("GET", f"{calls.messaging}/v2/Channels/Senders/{sid}", account)


async def _set_sender(calls: Calls, account: Account, sender: Mapping[str, Any], address: str) -> None:
    sid = quote(str(sender.get("sid")), safe="")
    hook = {**_hook(sender), "callback_url": address, "callback_method": "POST"}
    await calls.ask("POST", f"{calls.messaging}/v2/Channels/Senders/{sid}", account, json={"webhook": hook})


def _hook(sender: Mapping[str, Any]) -> dict[str, Any]:
    hook = sender.get("webhook")
    return {name: value for name, value in hook.items() if value} if isinstance(hook, dict) else {}


def _the_one(listed: Any, name: str, account: Account) -> dict[str, Any] | None:
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get(name) == account.external_id and each.get("sid"):
            return each
    return None


def _is_ours(address: Any, account: Account) -> bool:
    return bool(account.webhook_url) and str(address or "").partition("#")[0] == account.webhook_url


def _by_hand(account: Account) -> Problem:
    address = account.webhook_url + OVERRIDES
    return Problem("webhook_by_hand", f"Set this address for incoming messages at Twilio, by POST: {address}")
