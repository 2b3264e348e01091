"""A channel of your own in one file: what is typed here is a customer's message, what is answered is printed here.

    OMNI_WEBHOOK_URL=… OMNI_SECRET=whsec_… python examples/api_channel.py 9000

Both values are in `setup`, which the answer to `POST /api/v1/channels/api` shows once. Standard library only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import sys
import threading
import time
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WEBHOOK_URL, SECRET = os.environ["OMNI_WEBHOOK_URL"], os.environ["OMNI_SECRET"]
FRESH_S = 300
answered: dict[str, dict[str, Any]] = {}
"""What each `webhook-id` was answered with: a repeat is answered alike, and nothing is shown twice."""
one_at_a_time = threading.Lock()


def sign(id: str, timestamp: str, body: bytes) -> str:
    """The header `webhook-signature` (Standard Webhooks 1.0)."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    digest = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def is_genuine(id: str, timestamp: str, signature: str, body: bytes) -> bool:
    """Whether OmniSupport has sent this, a moment ago."""
    is_fresh = timestamp.isdecimal() and abs(time.time() - int(timestamp)) <= FRESH_S
    wanted = sign(id, timestamp, body)
    return is_fresh and any(hmac.compare_digest(one, wanted) for one in signature.split(" "))


def tell(type: str, data: dict[str, Any]) -> None:
    """Tell OmniSupport something; repeat it under the same id until the answer is 2xx."""
    id, timestamp, body = (
        f"msg-{uuid.uuid4()}",
        str(int(time.time())),
        json.dumps({"type": type, "data": data}),
    )
    headers = {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": sign(id, timestamp, body.encode()),
    }
    request = urllib.request.Request(WEBHOOK_URL, body.encode(), headers)  # noqa: S310 - from our own settings
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310


class Door(BaseHTTPRequestHandler):
    """What OmniSupport calls."""

    def do_POST(self) -> None:
        """Check, act once, answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        id, timestamp, signature = (
            self.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")
        )
        if not is_genuine(id, timestamp, signature, body):
            self.answer(401, {"detail": "not signed with our secret"})
            return
        told = json.loads(body)
        with one_at_a_time:
            if told["type"] == "send" and id not in answered:
                show(told["data"])
                answered[id] = {"id": f"shown-{len(answered) + 1}"}
        self.answer(200, answered.get(id, {}))

    def answer(self, status: int, told: dict[str, Any]) -> None:
        """Answer with JSON."""
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing of it: the terminal is the chat."""


def show(message: dict[str, Any]) -> None:
    """Show a message to the customer."""
    choices = "".join(f" [{button['label']}]" for button in message.get("buttons", ()))
    sys.stdout.write(f"{message['chat']} < {message.get('text', '')}{choices}\n")
    sys.stdout.flush()


def main() -> None:
    """Serve, and send what is typed."""
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for line in sys.stdin:
        customer = {"id": "42", "name": "Анна"}
        tell("message", {"id": str(uuid.uuid4()), "chat": "42", "customer": customer, "text": line.strip()})


if __name__ == "__main__":
    main()
