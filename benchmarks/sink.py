"""A mail server that takes everything at once and keeps nothing: the other end of send.py.

    python benchmarks/sink.py    prints its port and serves until it is stopped

One process, one loop, no library, so that it is not what is measured. `XCOUNT` answers how many
messages it has taken.
"""

import selectors
import socket

_END = b"\r\n.\r\n"
_REPLIES = {
    b"EHLO": b"250-sink\r\n250 PIPELINING\r\n",
    b"MAIL": b"250 ok\r\n",
    b"RCPT": b"250 ok\r\n",
    b"RSET": b"250 ok\r\n",
    b"DATA": b"354 go ahead\r\n",
}
_taken = 0


class Talk:
    """One connection: what came and is not answered yet."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.buffer = b""
        self.in_body = False

    def serve(self) -> bool:
        """Answer what is there; False when the client has hung up."""
        data = self.connection.recv(262_144)
        self.buffer += data
        answers = []
        while (answer := self._next()) is not None:
            answers.append(answer)
        if answers:
            self.connection.sendall(b"".join(answers))
        return bool(data)

    def _next(self) -> bytes | None:
        global _taken
        end, length = (_END, 5) if self.in_body else (b"\r\n", 2)
        place = self.buffer.find(end)
        if place < 0:
            return None
        line, self.buffer = self.buffer[:place], self.buffer[place + length :]
        if self.in_body:
            self.in_body = False
            _taken += 1
            return b"250 taken\r\n"
        verb = line[:4].upper()
        self.in_body = verb == b"DATA"
        return b"250 %d\r\n" % _taken if verb == b"XCOU" else _REPLIES.get(verb, b"500 what?\r\n")


def main() -> None:
    poll = selectors.DefaultSelector()
    server = socket.create_server(("127.0.0.1", 0))
    poll.register(server, selectors.EVENT_READ)
    print(server.getsockname()[1], flush=True)
    while True:
        for key, _ in poll.select():
            if key.data is None:
                connection, _address = server.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.sendall(b"220 sink\r\n")
                poll.register(connection, selectors.EVENT_READ, Talk(connection))
            elif not key.data.serve():
                poll.unregister(key.fileobj)
                key.data.connection.close()


if __name__ == "__main__":
    main()
