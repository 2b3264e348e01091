"""Runs the api from the environment: `omni api`, or `python -m omnisupport.api`."""

from __future__ import annotations

import os
import sys

NOT_USED = ("grpc", "pydantic.v1", "rich")
"""Packages of ours load these if they are installed, and do without them if not: 14 MiB."""


def leave_out_unused() -> None:
    """Call before anything else is imported."""
    for name in NOT_USED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # reads as "not installed"


def main() -> None:
    """Serve until SIGTERM; open sockets are sent away, so that the stop is quick."""
    leave_out_unused()

    import uvicorn

    from omnisupport.api.app import create_app
    from omnisupport.api.protocol import ImpatientProtocol
    from omnisupport.errors import refusals_in_words
    from omnisupport.observability import setup_logging
    from omnisupport.settings import Settings

    with refusals_in_words():
        settings = Settings()
        setup_logging(settings.log_format)
        app = create_app(settings)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=ImpatientProtocol,
        ws="websockets-sansio",
        ws_max_size=64 * 1024,
        ws_per_message_deflate=False,
        # Longer than the 60 s of the usual balancers: who keeps a connection must not send into one that has ended.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=3,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=settings.forwarded_allow_ips is not None,
        forwarded_allow_ips=settings.forwarded_allow_ips,
    )
    # A process with a Temporal client may abort at interpreter exit (performance.md, conclusion 11).
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
