"""`omni settings apply`: brings a tenant's settings to what a file says; what it does not name stays."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
import yaml
from pydantic import Field, ValidationError

from omnisupport.api.routes.connections import secrets_of
from omnisupport.api.schemas.attributes import NewAttribute
from omnisupport.api.schemas.base import Input
from omnisupport.api.schemas.settings import NewCalendar, NewConnection, NewTag, SettingKey
from omnisupport.api.schemas.widget_settings import WidgetChange, WidgetSettings
from omnisupport.api.widget_config import check_logo, settings_of
from omnisupport.domain.actor import Actor, ActorKind
from omnisupport.errors import Invalid, NotFound
from omnisupport.net.sealing import Sealer
from omnisupport.settings import Settings
from omnisupport.storage.access import attributes, calendars, channels, connections, tags, widgets
from omnisupport.storage.keys import parse_master_key
from omnisupport.storage.queries.connections import PURPOSE, place_of_connection
from omnisupport.storage.queries.departments import Departments
from omnisupport.storage.queries.tenants import Tenants
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Attribute, Channel, Connection

ACTOR = Actor(ActorKind.SYSTEM, name="omni settings apply")
VARIABLE = re.compile(r"\$\{([A-Z_][A-Z0-9_]*)\}")
Most = Field(max_length=500)


class CalendarEntry(NewCalendar):
    """A calendar, and the keys of the departments that keep it (None: as it is)."""

    departments: Annotated[list[SettingKey], Most] | None = None


class Document(Input):
    """What the file may hold."""

    connections: Annotated[list[NewConnection], Most] = []
    calendars: Annotated[list[CalendarEntry], Most] = []
    tags: Annotated[list[NewTag], Most] = []
    attributes: Annotated[list[NewAttribute], Most] = []
    widget: WidgetChange | None = None
    """A part that it names takes the place of what was there, whole."""


async def apply_settings(
    settings: Settings, tenant_slug: str, file: Path, *, tell: Callable[[str], None] = lambda _: None
) -> None:
    """Make and change what the file names; `tell` gets a line for each. Nothing is changed by a file with a fault.

    Raises:
        NotFound: no such file or tenant.
        Invalid: the file is no YAML, has a fault (the sentence names the place), or an unset variable.
    """
    document = read_document(file, os.environ)
    assert settings.database_url
    master = parse_master_key(settings.master_key)
    database = Database(settings.database_url, pool_size=1)
    try:
        tenant_id = await Tenants(database, master).find(tenant_slug)
        if tenant_id is None:
            raise NotFound(f"There is no tenant '{tenant_slug}'.", code="tenant_not_found")
        applier = _Applier(database, Sealer(master.derive(PURPOSE)), tenant_id)
        await applier.check(document)
        for tag in document.tags:
            tell(f"{await applier.tag(tag):9}  tag {tag.key}")
        for calendar in document.calendars:
            tell(f"{await applier.calendar(calendar):9}  calendar {calendar.key}")
        for connection in document.connections:
            tell(f"{await applier.connection(connection):9}  connection {connection.key}")
        for attribute in document.attributes:
            tell(f"{await applier.attribute(attribute):9}  attribute {attribute.subject}.{attribute.key}")
        if document.widget is not None:
            tell(f"{await applier.widget(document.widget):9}  widget")
    finally:
        await database.close()


def read_document(file: Path, environment: Mapping[str, str]) -> Document:
    """Read and check a file; `${NAME}` in a text is the variable of that name, so that secrets stay out of it."""
    try:
        plain = yaml.safe_load(file.read_text("utf-8"))
    except OSError as absent:
        raise NotFound(f"{file} cannot be read.", code="file_not_found") from absent
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        reason = str(broken).replace("\n", " ")[:300]
        raise Invalid(f"{file} is not YAML: {reason}", code="settings_unreadable") from broken
    try:
        document = Document.model_validate(_filled(plain, environment, file))
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise Invalid(f"{file}: {place}: {first['msg']}.", code="settings_invalid") from None
    for noun in ("connections", "calendars", "tags"):
        keys = [each.key for each in getattr(document, noun)]
        for key in keys:
            if keys.count(key) > 1:
                raise Invalid(f"{file}: {noun}: '{key}' stands there twice.", code="settings_invalid")
    named = [(each.subject, each.key) for each in document.attributes]
    for subject, key in named:
        if named.count((subject, key)) > 1:
            raise Invalid(
                f"{file}: attributes: '{key}' of a {subject} stands there twice.", code="settings_invalid"
            )
    return document


def _filled(value: Any, environment: Mapping[str, str], file: Path) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, environment, file) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, environment, file) for each in value]
    if not isinstance(value, str):
        return value
    for name in VARIABLE.findall(value):
        if name not in environment:
            raise Invalid(f"{file}: the variable {name} is not set.", code="settings_invalid")
    return VARIABLE.sub(lambda found: environment[found[1]], value)


class _Applier:
    """Makes or changes one thing at a time; says created, changed or unchanged."""

    def __init__(self, database: Database, sealer: Sealer, tenant_id: UUID) -> None:
        self._database = database
        self._sealer = sealer
        self._tenant_id = tenant_id

    async def check(self, document: Document) -> None:
        """Find what a later step would refuse, before the first."""
        departments = await self._departments()
        for calendar in document.calendars:
            if calendar.key in departments:
                raise Invalid(
                    f"calendars: '{calendar.key}' is a department's key: choose another.",
                    code="settings_invalid",
                )
            for key in calendar.departments or []:
                if key not in departments:
                    raise Invalid(
                        f"calendars.{calendar.key}: there is no department '{key}'.", code="settings_invalid"
                    )
        known = await self._attributes()
        for attribute in document.attributes:
            if (attribute.kind == "choice") != bool(attribute.options):
                raise Invalid(
                    f"attributes.{attribute.key}: one of kind 'choice' has options, another has none.",
                    code="settings_invalid",
                )
            found = known.get((attribute.subject, attribute.key))
            if found is not None and found.kind != attribute.kind:
                raise Invalid(
                    f"attributes.{attribute.key}: its kind is '{found.kind}' and stays so: values hang on it.",
                    code="settings_invalid",
                )

        if document.widget is not None:
            await check_logo(self._database, self._tenant_id, document.widget.theme)

    async def tag(self, wanted: NewTag) -> str:
        """Bring a tag to what is wanted."""
        found = {each.key: each for each in await tags.list_tags(self._database, self._tenant_id)}.get(
            wanted.key
        )
        at = (self._database, self._tenant_id, ACTOR)
        if found is None:
            await tags.create_tag(*at, key=wanted.key, name=wanted.name, color=wanted.color)
            return "created"
        if (found.name, found.color) == (wanted.name, wanted.color):
            return "unchanged"
        await tags.change_tag(*at, wanted.key, name=wanted.name, color=wanted.color)
        return "changed"

    async def calendar(self, wanted: CalendarEntry) -> str:
        """Bring a calendar, and who keeps it, to what is wanted."""
        departments = await self._departments()
        what = wanted.model_dump(mode="json", exclude={"key", "departments"})
        kept = None if wanted.departments is None else [departments[key] for key in wanted.departments]
        listed = await calendars.list_calendars(self._database, self._tenant_id)
        found = {calendar.key: (calendar, keepers) for calendar, keepers in listed}.get(wanted.key)
        at = (self._database, self._tenant_id, ACTOR)
        if found is None:
            made = await calendars.create_calendar(*at, key=wanted.key, what=what)
            if kept:
                await calendars.change_calendar(*at, made.id, what={}, department_ids=kept)
            return "created"
        calendar, keepers = found
        is_same = all(getattr(calendar, name) == value for name, value in what.items())
        if is_same and (kept is None or set(kept) == {each.id for each in keepers}):
            return "unchanged"
        await calendars.change_calendar(*at, calendar.id, what=what, department_ids=kept)
        return "changed"

    async def connection(self, wanted: NewConnection) -> str:
        """Bring a connection, its secrets included, to what is wanted."""
        found = {each.key: each for each in await self._connections()}.get(wanted.key)
        secrets = secrets_of(wanted.auth)
        operations = [each.model_dump(by_alias=True) for each in wanted.operations]
        at = (self._database, self._sealer, self._tenant_id, ACTOR)
        if found is None:
            await connections.create_connection(
                *at,
                key=wanted.key,
                name=wanted.name,
                base_url=wanted.base_url,
                secrets=secrets,
                operations=operations,
            )
            return "created"
        held = (
            orjson.loads(self._sealer.open(found.secret, place_of_connection(found))) if found.secret else {}
        )
        are_same = (found.name, found.base_url, held) == (wanted.name, wanted.base_url, secrets.headers)
        if are_same and (found.auth, found.operations) == (secrets.auth, operations):
            return "unchanged"
        await connections.change_connection(
            *at,
            found.id,
            name=wanted.name,
            base_url=wanted.base_url,
            secrets=secrets,
            operations=operations,
        )
        return "changed"

    async def attribute(self, wanted: NewAttribute) -> str:
        """Bring an attribute to what is wanted; its kind stays."""
        found = (await self._attributes()).get((wanted.subject, wanted.key))
        at = (self._database, self._tenant_id, ACTOR)
        if found is None:
            await attributes.create_attribute(*at, wanted.model_dump())
            return "created"
        values = wanted.model_dump(include={"name", "options", "required"})
        if all(getattr(found, name) == value for name, value in values.items()):
            return "unchanged"
        await attributes.change_attribute(*at, found.id, values)
        return "changed"

    async def widget(self, wanted: WidgetChange) -> str:
        """Bring the widget to what is wanted; one that was taken away is connected again."""
        told = wanted.model_dump(mode="json", exclude_unset=True, exclude={"name"})
        listed = await channels.list_channels(self._database, self._tenant_id)
        found = next((each for each in listed if each.type == "widget"), None)
        at = (self._database, self._tenant_id, ACTOR)
        if found is None:
            kept = {name: value for name, value in told.items() if value is not None}
            await widgets.connect_widget(*at, name=wanted.name or "Widget", settings=kept)
            return "created"
        if _widget_stands(found, wanted, told):
            return "unchanged"
        await channels.change_channel(*at, "widget", found.id, name=wanted.name, settings=told)
        return "changed"

    async def _attributes(self) -> dict[tuple[str, str], Attribute]:
        listed = await attributes.list_attributes(self._database, self._tenant_id)
        return {(each.subject, each.key): each for each in listed}

    async def _connections(self) -> list[Connection]:
        return list(await connections.list_connections(self._database, self._tenant_id))

    async def _departments(self) -> dict[str, UUID]:
        return {each.key: each.id for each in await Departments(self._database).all(self._tenant_id)}


def _widget_stands(found: Channel, wanted: WidgetChange, told: dict[str, Any]) -> bool:
    """Whether a widget is as it is wanted; what is left to its default is the same as the default said aloud."""
    joined = {**found.settings, **told}
    other = {name: found.settings.get(name) for name in told if name not in WidgetSettings.model_fields}
    return (
        settings_of(found.settings) == settings_of(joined)
        and all(told[name] == value for name, value in other.items())
        and wanted.name in (None, found.name)
    )
