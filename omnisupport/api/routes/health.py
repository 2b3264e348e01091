"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from omnisupport.api.deps import ServicesDep, public
from omnisupport.api.services import Services
from omnisupport.errors import OmniError
from omnisupport.storage.session import DatabaseUnavailable

router = APIRouter(tags=["health"], dependencies=[Depends(public)])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(at: ServicesDep) -> dict[str, str]:
    """The process can accept messages: Postgres answers. Redis and Temporal may be away, messages are kept."""
    if not await database_answers(at):
        raise DatabaseUnavailable("The database does not answer.")
    return {"status": "ready"}


async def database_answers(at: Services) -> bool:
    """Whether a statement comes back."""
    try:
        async with at.database.session(None) as session:
            await session.exec(text("select 1"))  # type: ignore[call-overload]
    except (OmniError, SQLAlchemyError, OSError):
        return False
    return True
