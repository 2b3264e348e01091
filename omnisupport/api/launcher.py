"""What stands in a page of the company before anybody has opened the widget there."""

from __future__ import annotations

from typing import Any

from omnisupport.api.services import Services
from omnisupport.api.widget_config import openings_of, settings_of, theme_of
from omnisupport.errors import NotFound
from omnisupport.storage.queries.visitors import Visitors
from omnisupport.texts import DEFAULT_LOCALE, LOCALES


async def launcher_of(at: Services, slug: str, locale: str | None) -> dict[str, Any]:
    """{theme, openings} of a widget, in `locale` where it is one of ours, else in the tenant's own language.

    Raises:
        NotFound: no such widget (code `tenant_not_found`).
    """
    home = await Visitors(at.database).home(slug)
    if home is None:
        raise NotFound(f"There is no widget '{slug}'.", code="tenant_not_found")
    tenant = home.tenant
    spoken = next((each for each in (locale, tenant.locale) if each in LOCALES), DEFAULT_LOCALE)
    settings = settings_of(home.channel.settings)
    return {
        "theme": await theme_of(at, tenant, settings.theme, spoken),
        "openings": openings_of(settings, spoken),
    }
