"""What a person enters of an account, as its adapter reads it; and the secrets that we make for it."""

from __future__ import annotations

import secrets
from dataclasses import replace

from omnisupport.api.schemas import channels as schemas
from omnisupport.errors import Invalid
from omnisupport.storage.access.channels import Connected
from omnisupport.storage.access.webhooks import new_secret

PUBLIC = frozenset(
    {
        *("bot_name", "bot_username", "group_name", "account_sid", "business_account_id", "phone_number"),
        *("verified_name", "quality", "address", "friendly_name", "url", "sender_name"),
    }
)
"""Facts of an account that people are shown."""


def connected(told: Connected, name: str) -> Connected:
    """The same under a name."""
    return replace(told, name=name)


def account_of(body: schemas.Reauthorize) -> Connected:
    """The one account that is given.

    Raises:
        Invalid: none, or several (code `account_required`).
    """
    told = [
        *([telegram(body.telegram)] if body.telegram else []),
        *([whatsapp(body.whatsapp)] if body.whatsapp else []),
        *([sms(body.sms)] if body.sms else []),
        *([email(body.email)] if body.email else []),
        *([vk(body.vk)] if body.vk else []),
        *([max_bot(body.max)] if body.max else []),
        *([api(body.api)] if body.api else []),
    ]
    if len(told) != 1:
        raise Invalid("Give the account of one type.", code="account_required", field="telegram")
    return told[0]


def telegram(account: schemas.TelegramAccount) -> Connected:
    """A bot: the token begins with its id."""
    made = {"token": account.token, "webhook": [_made()]}
    return Connected("telegram", "telegram", "", account.token.partition(":")[0], {}, made)


def whatsapp(account: schemas.MetaAccount | schemas.TwilioWhatsApp) -> Connected:
    """A number of the Cloud API, or a sender of Twilio."""
    if isinstance(account, schemas.TwilioWhatsApp):
        settings = {"account_sid": account.account_sid}
        sender = f"whatsapp:{account.sender}"
        return Connected("whatsapp", "twilio", "", sender, settings, {"auth_token": [account.auth_token]})
    held = {"token": account.token, "app_secret": [account.app_secret], "verify_token": _made()}
    settings = {"business_account_id": account.business_account_id}
    return Connected("whatsapp", "meta", "", account.phone_number_id, settings, held)


def sms(account: schemas.TwilioSms) -> Connected:
    """A number of Twilio."""
    settings = {"account_sid": account.account_sid}
    if account.messaging_service_sid:
        settings["messaging_service_sid"] = account.messaging_service_sid
    return Connected("sms", "twilio", "", account.number, settings, {"auth_token": [account.auth_token]})


def email(account: schemas.MailAccount) -> Connected:
    """A mailbox; its address is its name at the provider's, in lower case."""
    settings = {
        "address": account.address,
        "name": account.sender_name,
        "smtp": _server(account.smtp),
        "imap": _server(account.imap),
        "folder": account.folder,
        "authserv_id": account.authserv_id,
        "plus": account.plus,
    }
    if isinstance(account.auth, schemas.MailPassword):
        held = {"smtp_password": account.auth.password, "imap_password": account.auth.password}
    else:
        held = {"refresh_token": account.auth.refresh_token, "client_secret": account.auth.client_secret}
        oauth = {name: getattr(account.auth, name) for name in ("token_url", "client_id", "scope")}
        settings["oauth"] = oauth
    kept = {name: value for name, value in settings.items() if value is not None}
    return Connected("email", "email", "", account.address.lower(), kept, held)


def _server(server: schemas.MailServer) -> dict[str, object]:
    told = {"host": server.host, "port": server.port, "tls": server.tls, "user": server.username}
    return {name: value for name, value in told.items() if value is not None}


def vk(account: schemas.VkAccount) -> Connected:
    """A community."""
    return Connected("vk", "vk", "", account.group_id, {}, {"token": account.token, "secret": [_made()]})


def max_bot(account: schemas.MaxAccount) -> Connected:
    """A bot of MAX, whose id its token does not tell: the first look learns it."""
    return Connected("max", "max", "", None, {}, {"token": account.token, "webhook": [_made()]})


def api(account: schemas.ApiAccount) -> Connected:
    """Another system; it has no id but the channel's own."""
    return Connected("api", "api", "", None, {"url": account.url}, {"signing": [new_secret()]})


def _made() -> str:
    return secrets.token_urlsafe(32).replace("-", "a").replace("_", "b")
