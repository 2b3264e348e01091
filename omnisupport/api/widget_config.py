"""What a widget is told when it opens: its channel's settings, in the visitor's language and as the hours are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from omnisupport.api.greeting import greeting_of
from omnisupport.api.schemas import widget_settings as schemas
from omnisupport.api.schemas.widget import ATTACHMENTS_MAX, COMMENT_MAX
from omnisupport.api.services import Services
from omnisupport.domain.calendar import opening_at
from omnisupport.domain.files import BY_MEDIA, MAX_BYTES, VOICE_MAX_S
from omnisupport.domain.message import TEXT_MAX
from omnisupport.errors import Invalid, NotFound
from omnisupport.observability import get_logger
from omnisupport.storage.access.files import find_file
from omnisupport.storage.queries.articles import PublishedArticles
from omnisupport.storage.queries.departments import Departments
from omnisupport.storage.queries.visitors import Visitors, WidgetHome
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Tenant
from omnisupport.texts import LOCALES

log = get_logger(__name__)


def settings_of(stored: Mapping[str, Any]) -> schemas.WidgetSettings:
    """The settings that a widget's channel keeps, with defaults for what it does not say.

    A part that this release does not understand, brought by a bundle of another, is the default too.
    """
    told = {
        name: stored[name] for name in schemas.WidgetSettings.model_fields if stored.get(name) is not None
    }
    try:
        return schemas.WidgetSettings.model_validate(told)
    except ValidationError as wrong:
        strange = {str(each["loc"][0]) for each in wrong.errors(include_url=False) if each["loc"]}
        log.warning("widget_settings_not_understood", parts=sorted(strange))
        kept = {name: value for name, value in told.items() if name not in strange} if strange else {}
        return schemas.WidgetSettings.model_validate(kept)


async def widget_of(at: Services, tenant_id: UUID) -> schemas.WidgetSettings:
    """The settings of a tenant's widget.

    Raises:
        NotFound: it has been taken away (code `tenant_not_found`).
    """
    channel = await Visitors(at.database).widget(tenant_id)
    if channel is None:
        raise NotFound("This widget is closed.", code="tenant_not_found")
    return settings_of(channel.settings)


def said(words: Mapping[Any, str] | None, locale: str) -> str | None:
    """A text in this language, else in the other one."""
    if not words:
        return None
    return words.get(locale) or next((words[each] for each in LOCALES if words.get(each)), None)


async def hours_of(at: Services, tenant_id: UUID) -> dict[str, Any]:
    """{open, next_open}: whether any department is there, else when the first one is."""
    now = datetime.now(UTC)
    calendars = await Departments(at.database).calendars(tenant_id)
    openings = [opening_at(calendar, now) for calendar in calendars.values()]
    is_open = any(opening.open for opening in openings)
    upcoming = [opening.next_open for opening in openings if opening.next_open is not None]
    return {"open": is_open, "next_open": min(upcoming).isoformat() if upcoming and not is_open else None}


async def config_of(at: Services, home: WidgetHome, locale: str) -> dict[str, Any]:
    """`WidgetConfig` of a widget in a language."""
    tenant = home.tenant
    settings = settings_of(home.channel.settings)
    hours = await hours_of(at, tenant.tenant_id)
    articles = settings.features.articles and await PublishedArticles(at.database).any(tenant.tenant_id)
    return {
        "tenant": {"slug": tenant.slug, "name": tenant.name},
        "title": said(settings.title, locale) or tenant.name,
        "locale": locale,
        "locales": list(LOCALES),
        "theme": await theme_of(at, tenant, settings.theme, locale),
        "greeting": await _greeting(at, tenant, settings, locale),
        "away": said(settings.away, locale),
        "hours": hours,
        "forms": _forms(settings, locale, is_open=hours["open"]),
        "openings": openings_of(settings, locale),
        "features": {**settings.features.model_dump(), "articles": articles},
        "limits": {
            "text_max": TEXT_MAX,
            "attachments_max": ATTACHMENTS_MAX,
            "file_bytes": MAX_BYTES,
            "file_extensions": sorted({name for each in BY_MEDIA.values() for name in each.extensions}),
            "voice_s": VOICE_MAX_S,
            "comment_max": COMMENT_MAX,
        },
    }


async def theme_of(at: Services, tenant: Tenant, theme: schemas.WidgetTheme, locale: str) -> dict[str, Any]:
    """`Theme` in a language."""
    logo = None
    if theme.logo_file_id is not None:
        try:
            file = await find_file(at.database, tenant.tenant_id, theme.logo_file_id)
            link = at.file_links.sign(tenant.tenant_id, file.id, datetime.now(UTC))
            logo = f"{at.public_origin}/api/v1/file-content/{link}"
        except NotFound:
            log.info("widget_logo_gone", file_id=str(theme.logo_file_id))
    launcher = {"kind": theme.launcher.kind, "text": said(theme.launcher.text, locale)}
    return {**theme.model_dump(exclude={"logo_file_id", "launcher"}), "launcher": launcher, "logo": logo}


def openings_of(settings: schemas.WidgetSettings, locale: str) -> list[dict[str, Any]]:
    """`ShownOpening`s in a language."""
    return [
        {**each.model_dump(include={"id", "when", "once"}), "text": said(each.text, locale)}
        for each in settings.openings
    ]


async def _greeting(
    at: Services, tenant: Tenant, settings: schemas.WidgetSettings, locale: str
) -> dict[str, Any] | None:
    published = await at.scenarios.published(tenant.tenant_id)
    told = greeting_of(published, locale=locale, tenant={"name": tenant.name, "timezone": tenant.timezone})
    text = said(settings.greeting, locale)
    return told or ({"text": text, "buttons": []} if text else None)


def _forms(settings: schemas.WidgetSettings, locale: str, *, is_open: bool) -> dict[str, Any]:
    pre_chat = settings.pre_chat
    if pre_chat is not None and pre_chat.shown == "outside_hours" and is_open:
        pre_chat = None
    return {
        "pre_chat": None if pre_chat is None else form_out(pre_chat, locale),
        "offline": None if settings.offline is None or is_open else form_out(settings.offline, locale),
    }


def form_out(form: schemas.AskedForm, locale: str) -> dict[str, Any]:
    """`WidgetForm` in a language."""
    return {
        "intro": said(form.intro, locale),
        "fields": [
            {
                "key": each.key,
                "kind": each.kind,
                "label": said(each.label, locale),
                "required": each.required,
                "options": [
                    {"value": option.value, "label": said(option.label, locale)} for option in each.options
                ],
            }
            for each in form.fields
        ],
        "consent": None
        if form.consent is None
        else {"text": said(form.consent.text, locale), "url": form.consent.url},
    }


async def check_logo(database: Database, tenant_id: UUID, theme: schemas.WidgetTheme | None) -> None:
    """See that a theme's logo is one that may be shown to everybody.

    Raises:
        Invalid: it is no image that a person of the workspace has uploaded (code `logo_unknown`).
    """
    if theme is None or theme.logo_file_id is None:
        return
    try:
        found = await find_file(database, tenant_id, theme.logo_file_id)
    except NotFound:
        found = None
    if found is None or found.uploader_kind == "customer" or not BY_MEDIA[found.type].is_image:
        raise Invalid(
            "The logo is an image that somebody of the workspace has uploaded: POST /api/v1/files, then its id.",
            code="logo_unknown",
            field="theme.logo_file_id",
        )
