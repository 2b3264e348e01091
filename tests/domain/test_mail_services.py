"""Presets of mail services: each is an account that the api takes, and its reference shows them."""

from __future__ import annotations

import pytest

from omnisupport.api.schemas.channels import MailAccount, MailOAuth
from omnisupport.channels.email.server import MAIL_PORTS, PORTS
from omnisupport.domain.mail_services import mail_services

SHOWN = MailAccount.model_json_schema()["examples"]


@pytest.mark.parametrize("place", range(len(SHOWN)))
def test_every_example_of_the_reference_is_an_account(place: int) -> None:
    account = MailAccount.model_validate(SHOWN[place])
    for protocol, server in (("imap", account.imap), ("smtp", account.smtp)):
        assert server.port in MAIL_PORTS and server.port == PORTS[(protocol, server.tls)]


def test_google_and_microsoft_are_among_them_with_where_their_tokens_come_from() -> None:
    assert len(SHOWN) == len(mail_services()) == 4
    for name in ("google", "microsoft"):
        oauth = mail_services()[name]["oauth"]
        assert oauth["token_url"].startswith("https://") and oauth["authorize_url"].startswith("https://")
    [microsoft] = [each for each in SHOWN if each["imap"]["host"] == "outlook.office365.com"]
    auth = MailAccount.model_validate(microsoft).auth
    assert isinstance(auth, MailOAuth) and "IMAP.AccessAsUser.All" in auth.scope
