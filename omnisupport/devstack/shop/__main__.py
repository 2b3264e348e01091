"""`python -m omnisupport.devstack.shop`: serves the shop on `SHOP_PORT`, the widget from `SHOP_WIDGET_HOST`."""

from __future__ import annotations

import os

import uvicorn

from omnisupport.devstack.ports import LOOPBACK
from omnisupport.devstack.shop.server import make_shop


def main() -> None:
    """Serve until SIGTERM."""
    app = make_shop(os.environ.get("SHOP_WIDGET_HOST", "http://127.0.0.1:8080"))
    uvicorn.run(
        app,
        host=LOOPBACK,
        port=int(os.environ["SHOP_PORT"]),
        log_level="warning",
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
