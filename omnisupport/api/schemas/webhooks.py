"""Webhooks out as the settings page and other systems exchange them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StrictBool

from omnisupport.api.schemas.base import Input, Output
from omnisupport.api.schemas.settings import BaseUrl, Title
from omnisupport.domain.webhook import WebhookEvent

Events = Annotated[list[WebhookEvent], Field(min_length=1, max_length=len(WebhookEvent))]


class NewWebhook(Input):
    """Where to tell what. The address is called from outside this network only."""

    name: Title
    url: BaseUrl
    events: Events


class WebhookChange(Input):
    """What changes."""

    name: Title | None = None
    url: BaseUrl | None = None
    events: Events | None = None
    active: StrictBool | None = None


class WebhookOut(Output):
    """A webhook; `disabled_reason` is `gone` when the other side answered 410."""

    id: str
    name: str
    url: str
    events: list[str]
    active: bool
    disabled_reason: str | None
    created_at: str
    updated_at: str


class WebhookEnvelope(Output):
    """One webhook."""

    webhook: WebhookOut


class WebhookMade(Output):
    """A new webhook with its secret, which is shown this once."""

    webhook: WebhookOut
    secret: str


class WebhookSecret(Output):
    """A new secret, shown this once; the one before it signs along."""

    secret: str


class WebhookList(Output):
    """Every webhook, the oldest first."""

    items: list[WebhookOut]


class DeliveryOut(Output):
    """One thing that was told, or waits for its next attempt."""

    id: str
    event: str
    status: str
    attempts: int
    last_status: int | None
    last_error: str | None
    next_at: str | None
    created_at: str
    finished_at: str | None
    body: dict[str, Any]


class DeliveryEnvelope(Output):
    """One delivery."""

    delivery: DeliveryOut


class DeliveryPage(Output):
    """Deliveries, newest first; `cursor` leads to the older ones."""

    items: list[DeliveryOut]
    cursor: str | None
