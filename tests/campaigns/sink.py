"""A real SMTP server on loopback for tests: counts deliveries and misbehaves on command.

It runs in its own thread, so senders may be other processes. Faults are decided per recipient by
`plan(address)`: None accepts, "rcpt:550 text" and "data:451 text" answer at that stage, "drop:rcpt"
and "drop:body" hang up, "drop:after" accepts the message and hangs up without saying so. What
`plan("AUTH")` says is the answer to a sign-in.
"""

import asyncio
import re
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(<[^>]+>)")


class Sink:
    def __init__(
        self,
        plan: Callable[[str], str | None] = lambda address: None,
        *,
        pipelining: bool = True,
        auth: tuple[str, str] | None = None,
        delay: float = 0.0,
        tls: ssl.SSLContext | None = None,
        starttls: bool = False,
    ) -> None:
        self.plan, self.pipelining, self.auth, self.delay = plan, pipelining, auth, delay
        self.tls, self.starttls = tls, starttls
        self.accepted: Counter[str] = Counter()  # by recipient
        self.message_ids: Counter[str] = Counter()
        self.contents: dict[str, bytes] = {}
        self.commands: list[bytes] = []
        self.connections = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Sink":
        self._thread.start()
        self._ready.wait(60)
        return self

    def __exit__(self, *_: Any) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(
            asyncio.start_server(
                self._serve,
                "127.0.0.1",
                0,
                limit=2**20,
                ssl=None if self.starttls else self.tls,
            )
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        self._server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        talk = _Talk(self, reader, writer)
        try:
            await talk.run()
        except (asyncio.IncompleteReadError, ConnectionError, _HangUp):
            pass
        finally:
            writer.close()


class _HangUp(Exception):
    pass


class _Talk:
    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.sink, self.reader, self.writer = sink, reader, writer
        self.sender, self.recipient = None, None
        self.secured = False

    async def run(self) -> None:
        self.say("220 sink")
        while True:
            line = (await self.reader.readuntil(b"\n")).rstrip(b"\r\n")
            self.sink.commands.append(line)
            verb = line[:4].upper()
            handler = getattr(self, f"do_{verb.decode('ascii', 'replace').lower()}", None)
            if handler is None:
                self.say("500 what?")
            else:
                await handler(line)
            if verb == b"QUIT":
                return
            if not self.sink.pipelining or self.reader._buffer == b"":  # type: ignore[attr-defined]
                await self.writer.drain()

    def say(self, text: str) -> None:
        self.writer.write(text.encode() + b"\r\n")

    async def do_ehlo(self, line: bytes) -> None:
        lines = ["sink", "SIZE 1000000"]
        if self.sink.pipelining:
            lines.append("PIPELINING")
        if self.sink.starttls and not self.secured:
            lines.append("STARTTLS")
        if self.sink.auth:
            lines.append("AUTH PLAIN LOGIN")
        for each in lines[:-1]:
            self.say(f"250-{each}")
        self.say(f"250 {lines[-1]}")

    async def do_star(self, line: bytes) -> None:
        self.say("220 go ahead")
        await self.writer.start_tls(self.sink.tls)
        self.secured = True

    async def do_mail(self, line: bytes) -> None:
        if self.sender is not None:
            self.say("503 nested MAIL")
            return
        self.sender = line[10:].decode().strip("<>")
        refused = self.sink.plan(self.sender) or ""
        if refused.startswith("mail:"):
            self.sender = None
            self.say(refused[5:])
        else:
            self.say("250 ok")

    async def do_rcpt(self, line: bytes) -> None:
        address = line[8:].decode().strip("<>")
        fault = self.sink.plan(address) or ""
        if fault == "drop:rcpt":
            raise _HangUp
        if fault.startswith("rcpt:"):
            self.say(fault[5:])
        elif self.sender is None:
            self.say("503 MAIL first")
        else:
            self.recipient = address
            self.say("250 ok")

    async def do_data(self, line: bytes) -> None:
        if self.recipient is None and (self.sink.plan("*") or "") != "data-always":
            self.say("503 RCPT first")
            return
        self.say("354 go ahead")
        await self.writer.drain()
        body = await self._body()
        recipient, self.sender, self.recipient = self.recipient, None, None
        if recipient is None:
            self.say("554 no valid recipients")
            return
        fault = self.sink.plan(recipient) or ""
        if fault == "drop:body":
            raise _HangUp
        if fault.startswith("data:"):
            self.say(fault[5:])
            return
        if self.sink.delay:
            await asyncio.sleep(self.sink.delay)
        self._accept(recipient, body)
        if fault == "drop:after":
            raise _HangUp
        self.say("250 taken")

    async def _body(self) -> bytes:
        lines = []
        while (line := await self.reader.readuntil(b"\n")) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def _accept(self, recipient: str, body: bytes) -> None:
        sink = self.sink
        sink.accepted[recipient] += 1
        sink.contents[recipient] = body
        if match := MESSAGE_ID.search(body):
            sink.message_ids[match[1].decode()] += 1

    async def do_rset(self, line: bytes) -> None:
        self.sender, self.recipient = None, None
        self.say("250 ok")

    async def do_quit(self, line: bytes) -> None:
        self.say("221 bye")

    async def do_auth(self, line: bytes) -> None:
        words = line.split()
        if words[1] == b"LOGIN":
            self.say("334 VXNlcm5hbWU6")
            given = [await self.reader.readuntil(b"\n")]
            self.say("334 UGFzc3dvcmQ6")
            given.append(await self.reader.readuntil(b"\n"))
        self.say(self.sink.plan("AUTH") or "235 welcome")
