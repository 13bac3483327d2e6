"""Mailgun's and Postmark's sending API on loopback: builds each recipient's mail as they would."""

import base64
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


class ProviderServer:
    """`plan(addresses)` answers a request to these with a status and words; None takes it.

    `delivered` maps an address to its mail: subject, text, html, headers and metadata."""

    def __init__(self, plan: Callable[[list[str]], tuple[int, str] | None] = lambda to: None):
        self.plan = plan
        self.requests: list[list[str]] = []
        self.keys: set[str] = set()
        self.delivered: dict[str, dict[str, Any]] = {}
        self.hangs_up = False
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                is_mailgun = self.path.endswith("/messages")
                mails = _mailgun(body) if is_mailgun else _postmark(body)
                server.requests.append(list(mails))
                server.keys.add(
                    base64.b64decode(self.headers["Authorization"].split()[1]).decode()
                    if is_mailgun
                    else self.headers["X-Postmark-Server-Token"]
                )
                if server.hangs_up:
                    server.delivered |= mails
                    self.close_connection = True
                    return
                refusal = server.plan(list(mails))
                if refusal is None:
                    server.delivered |= mails
                self._answer(refusal, mails, is_mailgun=is_mailgun)

            def _answer(self, refusal: Any, mails: Any, *, is_mailgun: bool) -> None:
                status, words = refusal or (200, "Queued. Thank you." if is_mailgun else "OK")
                said: dict[str, Any] = {"message": words, "id": "<1@mailgun>"}
                if not is_mailgun:
                    code = 0 if refusal is None else 406
                    said = {"ErrorCode": code, "Message": words, "MessageID": "1"}
                    said |= {} if refusal else {"To": next(iter(mails))}
                content = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    def __enter__(self) -> "ProviderServer":
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._http.shutdown()
        self._http.server_close()


def _mailgun(body: str) -> dict[str, dict[str, Any]]:
    """Form fields; `%recipient.name%` is filled from the recipient's variables."""
    given = parse_qs(body)
    fields = {name: values[0] for name, values in given.items()}
    variables = json.loads(fields.get("recipient-variables", "{}"))

    def filled(text: str, own: dict[str, str]) -> str:
        for name, value in own.items():
            text = text.replace(f"%recipient.{name}%", value)
        return text

    mails = {}
    for address in given["to"]:
        own = variables[address]
        mail = {
            name: filled(fields.get(name, ""), own) for name in ("from", "subject", "text", "html")
        }
        mail["headers"] = {
            name[2:].title(): filled(value, own)
            for name, value in fields.items()
            if name.startswith("h:")
        }
        mail["metadata"] = {
            name[2:]: filled(value, own) for name, value in fields.items() if name[:2] == "v:"
        }
        mails[address] = mail
    return mails


def _postmark(body: str) -> dict[str, dict[str, Any]]:
    said = json.loads(body)
    return {
        said["To"]: {
            "from": said["From"],
            "subject": said["Subject"],
            "text": said["TextBody"],
            "html": said.get("HtmlBody", ""),
            "headers": {each["Name"].title(): each["Value"] for each in said["Headers"]},
            "metadata": said["Metadata"],
            "stream": said["MessageStream"],
        }
    }
