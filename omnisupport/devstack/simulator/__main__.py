"""`python -m omnisupport.devstack.simulator`: the doubles and their page on `SIMULATOR_PORT`.

`SIMULATOR_API_URL` is where the product's api is, `SIMULATOR_STATE` the stack's state folder, `SIMULATOR_SHOP_URL` the
page with the widget, where there is one.
"""

from __future__ import annotations

import os
from pathlib import Path

import uvicorn

from omnisupport.devstack.ports import LOOPBACK
from omnisupport.devstack.simulator.pages import Owner, Pages
from omnisupport.devstack.simulator.server import Simulator, make_simulator
from omnisupport.devstack.state import StateDir


def main() -> None:
    """Serve until SIGTERM."""
    port = int(os.environ["SIMULATOR_PORT"])
    state = Path(os.environ["SIMULATOR_STATE"])
    shop_url = os.environ.get("SIMULATOR_SHOP_URL", "")
    simulator = Simulator(f"http://{LOOPBACK}:{port}", kept=state / "simulator.json", shop_url=shop_url)
    owner = Owner(os.environ["SIMULATOR_API_URL"], StateDir(state))
    app = make_simulator(simulator, *Pages(simulator, owner).routes())
    uvicorn.run(app, host=LOOPBACK, port=port, log_level="warning", timeout_graceful_shutdown=2)


if __name__ == "__main__":
    main()
