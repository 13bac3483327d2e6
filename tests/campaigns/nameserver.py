"""A real name server on loopback for tests: TXT records by name, over UDP."""

import socket
import threading
from collections.abc import Mapping, Sequence

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

SILENT = "silent"


class NameServer:
    """Names that are missing do not exist; one whose only text is SILENT is never answered."""

    def __init__(self, records: Mapping[str, Sequence[str]]) -> None:
        self.records = dict(records)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> "NameServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, client = self._socket.recvfrom(4096)
            if not wire:
                return
            answer = self._answer(dns.message.from_wire(wire))
            if answer is not None:
                self._socket.sendto(answer.to_wire(), client)

    def _answer(self, asked: dns.message.Message) -> dns.message.Message | None:
        name = asked.question[0].name
        texts = self.records.get(name.to_text(omit_final_dot=True))
        if texts == [SILENT]:
            return None
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        if texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif texts:
            quoted = (" ".join(f'"{part}"' for part in _pieces(text)) for text in texts)
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
        return answer


def _pieces(text: str) -> list[str]:
    """A string of a TXT record holds at most 255 bytes."""
    return [text[start : start + 255] for start in range(0, len(text), 255)]
