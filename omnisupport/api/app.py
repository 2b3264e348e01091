"""The FastAPI application: routes, errors, the live hub, and nothing that decides."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from omnisupport.api import errors, pages
from omnisupport.api.body_limit import BodyLimit
from omnisupport.api.guards import check_routes
from omnisupport.api.metering import Metering
from omnisupport.api.openapi import DescribedApi
from omnisupport.api.routes import (
    attributes,
    auth,
    auth_sessions,
    calendars,
    codec,
    connections,
    conversations,
    customer_files,
    customer_merges,
    customer_notes,
    customers,
    events,
    health,
    keys,
    knowledge,
    passwords,
    registration,
    scenarios,
    tags,
    team,
    two_factor,
    webhooks,
    widget,
)
from omnisupport.api.services import build_services
from omnisupport.errors import refusals_in_words
from omnisupport.observability import serve_metrics
from omnisupport.settings import Settings, settle_heap

ROUTERS = (
    health.router,
    widget.router,
    auth.router,
    auth_sessions.router,
    two_factor.router,
    registration.router,
    passwords.router,
    keys.router,
    conversations.router,
    customers.router,
    customer_notes.router,
    customer_merges.router,
    customer_files.router,
    attributes.router,
    team.router,
    scenarios.router,
    knowledge.router,
    connections.router,
    calendars.router,
    tags.router,
    events.router,
    webhooks.router,
    codec.router,
)


def create_app(settings: Settings) -> FastAPI:
    """Build the app.

    Raises:
        OmniError: a route names no permission (code `route_without_permission`).
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async def is_ready() -> bool:
            return await health.database_answers(services)

        async with AsyncExitStack() as stack:
            with refusals_in_words():  # uvicorn would tell them as a traceback
                services = await build_services(settings)
                stack.push_async_callback(services.close)
                await services.database.check_role()
                if settings.api_metrics_port:
                    await stack.enter_async_context(serve_metrics(settings.api_metrics_port, ready=is_ready))
            services.hub.start()
            app.state.services = services
            settle_heap()
            yield

    app = DescribedApi(
        title="OmniSupport",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # pages.py serves it
    )
    errors.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Metering)
    for router in ROUTERS:
        app.include_router(router)
    pages.install(app)
    check_routes(app)
    return app
