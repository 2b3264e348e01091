"""The FastAPI application: routes, errors, the live hub, and nothing that decides."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from omnisupport.api import errors, headers, pages, stale_drafts
from omnisupport.api.body_limit import BodyLimit
from omnisupport.api.guards import check_routes
from omnisupport.api.idempotency import Idempotency
from omnisupport.api.ingress import webhooks as ingress
from omnisupport.api.limits import AddressLimits
from omnisupport.api.metering import Metering
from omnisupport.api.openapi import DescribedApi
from omnisupport.api.requests import Requests, hosts_of
from omnisupport.api.routes import (
    admin,
    admin_members,
    articles,
    attributes,
    audit,
    auth,
    auth_sessions,
    availability,
    calendars,
    callbacks,
    channels,
    codec,
    connections,
    conversation_fields,
    conversations,
    customer_files,
    customer_merges,
    customer_notes,
    customers,
    deliveries,
    departments,
    events,
    exports,
    fallback,
    files,
    health,
    hooks,
    identities,
    invitations,
    keys,
    knowledge,
    member_files,
    openings,
    originals,
    passwords,
    privacy,
    registration,
    replies,
    roles,
    scenario_catalogue,
    scenario_jobs,
    scenario_parts,
    scenario_runs,
    scenario_tests,
    scenario_versions,
    scenarios,
    security,
    skills,
    tags,
    team,
    templates,
    two_factor,
    webhooks,
    widget,
    widget_articles,
    widget_conversations,
)
from omnisupport.api.services import build_services
from omnisupport.errors import refusals_in_words
from omnisupport.net.tracing import start_tracing
from omnisupport.observability import serve_metrics
from omnisupport.settings import Settings, settle_heap

ROUTERS = (
    health.router,
    ingress.router,  # looked through in this order: first what customers wait for
    widget.router,
    widget_articles.router,
    widget_conversations.router,
    auth.router,
    auth_sessions.router,
    two_factor.router,
    registration.router,
    passwords.router,
    keys.router,
    conversations.router,
    conversation_fields.router,
    deliveries.router,
    fallback.router,
    originals.router,
    customers.router,
    member_files.router,  # before the members, whose ids could be its words
    customer_notes.router,
    customer_merges.router,
    customer_files.router,
    identities.router,
    openings.router,
    attributes.router,
    team.router,
    departments.router,
    skills.router,
    roles.router,
    availability.router,
    invitations.router,
    replies.router,  # before the scenarios, for the same reason
    scenario_catalogue.router,  # before the scenarios, whose ids could be its words
    scenarios.router,
    scenario_versions.router,
    scenario_runs.router,
    scenario_tests.router,
    scenario_jobs.router,
    scenario_parts.router,
    knowledge.router,
    articles.router,
    connections.router,
    channels.router,
    templates.router,
    calendars.router,
    tags.router,
    events.router,
    callbacks.router,
    hooks.router,
    webhooks.router,
    files.router,
    codec.router,
    audit.router,
    exports.router,
    security.router,
    privacy.router,
    admin.router,
    admin_members.router,
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
                services = await build_services(settings, tracing)
                stack.push_async_callback(services.close)
                await services.database.check_role()
                if settings.api_metrics_port:
                    await stack.enter_async_context(serve_metrics(settings.api_metrics_port, ready=is_ready))
            services.hub.start()
            app.state.services = services
            settle_heap()
            yield

    tracing = start_tracing(settings.otlp_endpoint, "api")
    app = DescribedApi(
        title="OmniSupport",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # pages.py serves it
    )
    errors.install(app)
    stale_drafts.install(app)
    app.state.hosts = hosts_of(settings)
    app.add_middleware(Idempotency)
    app.add_middleware(Requests)
    app.add_middleware(BodyLimit)
    app.add_middleware(AddressLimits)
    app.add_middleware(Metering)
    if tracing is not None:
        tracing.watch(app)
    headers.install(app)
    for router in ROUTERS:
        app.include_router(router)
    pages.install(app)
    check_routes(app)
    return app
