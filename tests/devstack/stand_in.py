"""Stands for the api, the worker or the shop: answers on a port, and has a child of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Ready(BaseHTTPRequestHandler):
    """Answers its pid to everything; at /env the names of the variables it was given."""

    def do_GET(self) -> None:
        text = "\n".join(sorted(os.environ)) if self.path == "/env" else str(os.getpid())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def main() -> None:
    """`stand_in.py NAME VARIABLE`: listen on the port that the variable names."""
    name, variable = sys.argv[1:]
    if os.environ.get("STAND_IN_FAILS") == name:
        sys.exit(_give_up(name))
    # A child that left the session and the group, so that only descent can find it.
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    HTTPServer(("127.0.0.1", int(os.environ[variable])), Ready).serve_forever()


def _give_up(name: str) -> int:
    print(f"the {name} is not well today", flush=True)
    return 3


if __name__ == "__main__":
    main()
