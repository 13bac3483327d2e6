"""The sending APIs of mail providers on loopback: each builds its recipients' mails as it would."""

import base64
import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

Mails = dict[str, dict[str, Any]]
Plan = Callable[[list[str]], tuple[int, str] | None]


class ProviderServer:
    """`plan(addresses)` answers a request to these with a status and words; None takes it.

    `delivered` maps an address to its mail: subject, text, html, headers and metadata. `bad` are
    addresses that an API with an answer for each mail refuses on their own."""

    def __init__(self, plan: Plan = lambda to: None, *, bad: frozenset[str] = frozenset()):
        self.plan = plan
        self.bad = bad
        self.requests: list[list[str]] = []
        self.keys: set[str] = set()
        self.delivered: Mails = {}
        self.hangs_up = False
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                read, key_of, answer = _API[self.path.rstrip("/")]
                mails = read(body)
                server.requests.append(list(mails))
                server.keys.add(key_of(self.headers, body))
                if server.hangs_up:
                    server.delivered |= mails
                    self.close_connection = True
                    return
                refusal = server.plan(list(mails))
                if refusal is None:
                    taken = {to: mail for to, mail in mails.items() if to not in server.bad}
                    server.delivered |= taken
                    self._say(*answer(list(mails), server.bad))
                else:
                    status, words = refusal
                    self._say(status, _REFUSAL | {"Message": words, "message": words})

            def _say(self, status: int, said: Any) -> None:
                content = b"" if said is None else json.dumps(said).encode()
                self.send_response(status)
                if said is not None:
                    self.send_header("Content-Type", "application/json")
                else:
                    self.send_header("Content-Type", "text/html")
                    self.send_header("X-Message-Id", "1")
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


_REFUSAL = {"ErrorCode": 406, "status": "error", "name": "ValidationError"}


def _mailgun(body: str) -> Mails:
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


def _mail(
    sender: str, subject: str, text: str, html: str, headers: Mapping[str, str], metadata: Any
) -> dict[str, Any]:
    return {
        "from": sender,
        "subject": subject,
        "text": text,
        "html": html,
        "headers": {name.title(): value for name, value in headers.items()},
        "metadata": json.loads(metadata) if isinstance(metadata, str) else metadata,
    }


def _pairs(listed: list[dict[str, str]]) -> dict[str, str]:
    return {each.get("Name") or each["name"]: each.get("Value") or each["value"] for each in listed}


def _postmark(body: str) -> Mails:
    mails = {}
    for said in json.loads(body):
        words = said["Subject"], said["TextBody"], said.get("HtmlBody", "")
        mail = _mail(said["From"], *words, _pairs(said["Headers"]), said["Metadata"])
        mails[said["To"]] = mail | {"stream": said["MessageStream"]}
    return mails


def _resend(body: str) -> Mails:
    mails = {}
    for said in json.loads(body):
        headers = said["headers"]
        metadata = headers.pop("X-Metadata")
        words = said["subject"], said["text"], said.get("html", "")
        mails[said["to"][0]] = _mail(said["from"], *words, headers, metadata)
    return mails


def _mailjet(body: str) -> Mails:
    mails = {}
    for said in json.loads(body)["Messages"]:
        assert not {"Message-ID", "List-Id"} & set(said["Headers"]), "send-0011"
        words = said["Subject"], said["TextPart"], said.get("HTMLPart", "")
        mail = _mail(said["From"]["Email"], *words, said["Headers"], said["EventPayload"])
        mails[said["To"][0]["Email"]] = mail
    return mails


def _brevo(body: str) -> Mails:
    said = json.loads(body)
    assert {"sender", "subject", "htmlContent"} <= set(said)
    mails = {}
    for version in said["messageVersions"]:
        headers = version["headers"]
        metadata = headers.pop("X-Mailin-custom")
        words = version["subject"], version["textContent"], version.get("htmlContent", "")
        mail = _mail(said["sender"]["email"], *words, headers, metadata)
        mails[version["to"][0]["email"]] = mail
    return mails


def _mailersend(body: str) -> Mails:
    said = json.loads(body)
    assert "headers" not in said, "for Enterprise accounts only"
    headers = {"List-Unsubscribe": said["list_unsubscribe"]}
    words = said["subject"], said["text"], said.get("html", "")
    mail = _mail(said["from"]["email"], *words, headers, {"rapport": said["tags"][0]})
    return {said["to"][0]["email"]: mail}


def _mandrill(body: str) -> Mails:
    said = json.loads(body)["message"]
    words = said["subject"], said["text"], said.get("html", "")
    mail = _mail(said["from_email"], *words, said["headers"], said["metadata"])
    return {said["to"][0]["email"]: mail}


def _sendgrid(body: str) -> Mails:
    said = json.loads(body)
    assert len(said["personalizations"]) == 1
    content = {each["type"]: each["value"] for each in said["content"]}
    words = said["subject"], content["text/plain"], content.get("text/html", "")
    metadata = said["custom_args"]
    mail = _mail(said["from"]["email"], *words, said["headers"], metadata)
    return {said["personalizations"][0]["to"][0]["email"]: mail}


def _sparkpost(body: str) -> Mails:
    said = json.loads(body)
    content, options = said["content"], said["options"]
    assert options == {"click_tracking": False, "open_tracking": False}
    words = content["subject"], content["text"], content.get("html", "")
    mail = _mail(content["from"], *words, content["headers"], said["metadata"])
    return {said["recipients"][0]["address"]["email"]: mail}


def _basic(headers: Any, _: str) -> str:
    return base64.b64decode(headers["Authorization"].split()[1]).decode()


def _bearer(headers: Any, _: str) -> str:
    return str(headers["Authorization"]).removeprefix("Bearer ")


def _header(name: str) -> Callable[[Any, str], str]:
    return lambda headers, _: str(headers[name])


def _postmark_says(to: list[str], bad: frozenset[str]) -> tuple[int, Any]:
    inactive = {"ErrorCode": 406, "Message": "You tried to send to an inactive recipient"}
    fine = {"ErrorCode": 0, "Message": "OK", "MessageID": "1"}
    return 200, [inactive if each in bad else fine | {"To": each} for each in to]


def _mailjet_says(to: list[str], bad: frozenset[str]) -> tuple[int, Any]:
    wrong = {"ErrorCode": "mj-0013", "StatusCode": 400, "ErrorMessage": "not a valid address"}
    return 400 if bad & set(to) else 200, {
        "Messages": [
            {"Status": "error", "Errors": [wrong]}
            if each in bad
            else {"Status": "success", "To": [{"Email": each, "MessageID": 1}]}
            for each in to
        ]
    }


_TOLD_BY_SPARKPOST = ("total_accepted_recipients", "total_rejected_recipients", "id")
# By path: how a request is read, its key, and what the provider says when it takes it.
_API: dict[str, tuple[Callable[[str], Mails], Callable[[Any, str], str], Any]] = {
    "/floral.example/messages": (
        _mailgun,
        _basic,
        lambda to, bad: (200, {"message": "Queued. Thank you.", "id": "<1@mailgun>"}),
    ),
    "/email/batch": (_postmark, _header("X-Postmark-Server-Token"), _postmark_says),
    "/emails/batch": (_resend, _bearer, lambda to, bad: (200, {"data": [{"id": "1"} for _ in to]})),
    "/send": (_mailjet, _basic, _mailjet_says),
    "/smtp/email": (
        _brevo,
        _header("api-key"),
        lambda to, bad: (201, {"messageIds": ["<1@brevo>" for _ in to]}),
    ),
    "/email": (_mailersend, _bearer, lambda to, bad: (202, None)),
    "/messages/send.json": (
        _mandrill,
        lambda headers, body: str(json.loads(body)["key"]),
        lambda to, bad: (200, [{"email": each, "status": "sent", "_id": "1"} for each in to]),
    ),
    "/mail/send": (_sendgrid, _bearer, lambda to, bad: (202, None)),
    "/transmissions": (
        _sparkpost,
        _header("Authorization"),
        lambda to, bad: (
            200,
            {"results": dict(zip(_TOLD_BY_SPARKPOST, (1, 0, "1"), strict=True))},
        ),
    ),
}
