"""A shop on loopback that speaks as much of Shopify's Admin interface as discount codes need.

`trouble` is what it does instead of answering well, one entry for each request: "429", "500",
"throttled", "gone" (it does the work, and the connection ends without an answer), or "": none."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

TOKEN = "shpat_secret"


class FakeShop:
    def __init__(self) -> None:
        self.discounts: dict[str, dict[str, Any]] = {}
        # Code in capitals -> the discount it belongs to.
        self.codes: dict[str, str] = {}
        self.jobs: dict[str, dict[str, Any]] = {}
        self.trouble: list[str] = []
        self.asked: list[str] = []
        # Codes it does not like, and why.
        self.disliked: dict[str, str] = {}
        # It knows no job any more, or gets no job done.
        self.forgets = self.idles = False
        self._ids = count(1)
        self.url = ""

    def answer(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        name = re.search(r"(createDiscount|addCodes|codesJob|whose)", query)
        assert name is not None, query
        self.asked.append(name[1])
        return {"data": getattr(self, f"_{name[1]}")(given)}

    def _createDiscount(self, given: dict[str, Any]) -> dict[str, Any]:
        asked = given["input"]
        code = asked["code"].upper()
        if code in self.codes:
            error = {"field": ["code"], "message": "Code must be unique", "code": "TAKEN"}
            return _payload("discountCodeBasicCreate", "codeDiscountNode", None, [error])
        ref = f"gid://shopify/DiscountCodeNode/{next(self._ids)}"
        self.discounts[ref] = asked
        self.codes[code] = ref
        return _payload("discountCodeBasicCreate", "codeDiscountNode", {"id": ref}, [])

    def _addCodes(self, given: dict[str, Any]) -> dict[str, Any]:
        codes = [each["code"] for each in given["codes"]]
        assert len(codes) <= 100
        nodes = []
        for code in codes:
            errors = []
            if code.upper() in self.codes:
                errors = [{"code": "TAKEN", "message": "Code must be unique"}]
            elif code in self.disliked:
                errors = [{"code": "INVALID", "message": self.disliked[code]}]
            else:
                self.codes[code.upper()] = given["discount"]
            nodes.append({"code": code, "errors": errors})
        ref = f"gid://shopify/DiscountRedeemCodeBulkCreation/{next(self._ids)}"
        self.jobs[ref] = {"looks": 0, "nodes": nodes}
        return _payload("discountRedeemCodeBulkAdd", "bulkCreation", {"id": ref}, [])

    def _codesJob(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.forgets:
            return {"discountRedeemCodeBulkCreation": None}
        job = self.jobs[given["job"]]
        job["looks"] += 1
        is_done = job["looks"] > 1 and not self.idles
        nodes = job["nodes"] if is_done else []
        shown = {"done": is_done, "codes": {"nodes": nodes}}
        return {"discountRedeemCodeBulkCreation": shown}

    def _whose(self, given: dict[str, Any]) -> dict[str, Any]:
        found = {name: self.codes.get(code.upper()) for name, code in given.items()}
        return {name: {"id": ref} if ref else None for name, ref in found.items()}


def _payload(mutation: str, name: str, made: Any, errors: list[Any]) -> dict[str, Any]:
    return {mutation: {name: made, "userErrors": errors}}


class _Handler(BaseHTTPRequestHandler):
    shop: FakeShop

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["X-Shopify-Access-Token"] != TOKEN:
            return self._say(401, {"errors": "[API] Invalid API key or access token"})
        trouble = self.shop.trouble.pop(0) if self.shop.trouble else ""
        if trouble == "429":
            return self._say(429, {"errors": "Exceeded 2 calls per second"}, {"Retry-After": "3.0"})
        if trouble == "500":
            return self._say(500, {})
        if trouble == "throttled":
            return self._say(200, _THROTTLED)
        answer = self.shop.answer(body["query"], body["variables"])
        if trouble != "gone":
            return self._say(200, answer)
        self.close_connection = True
        return None

    def _say(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(raw))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


_THROTTLED = {
    "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
    "extensions": {
        "cost": {
            "requestedQueryCost": 101,
            "throttleStatus": {"currentlyAvailable": 1, "restoreRate": 50.0},
        }
    },
}


@contextmanager
def open_shop() -> Iterator[FakeShop]:
    shop = FakeShop()
    handler = type("Handler", (_Handler,), {"shop": shop})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        shop.url = f"http://127.0.0.1:{server.server_port}"
        yield shop
        server.shutdown()
        thread.join()
