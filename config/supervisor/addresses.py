"""Ports and environment of an instance: what is given, what is free, what children get."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

from config.engines.place import Place

PORTS_TO_TRY = 100


def free_port(first: int) -> int:
    """The first port from `first` on that nobody holds on the loopback interface."""
    for port in range(first, first + PORTS_TO_TRY):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"No free port between {first} and {first + PORTS_TO_TRY - 1}.")


def given_environment(left_behind: Mapping[str, str]) -> dict[str, str]:
    """Our environment without what was read from a run file that a killed start left behind."""
    return {key: value for key, value in os.environ.items() if left_behind.get(key) != value}


def instance_environment(
    *,
    given: Mapping[str, str],
    engines: Mapping[str, str],
    place: Place,
    home: Path,
    port: int,
    demo: bool,
    smtp_port: int,
) -> dict[str, str]:
    """What an instance adds to the environment; what is given by hand is never overruled."""
    made = {
        **engines,
        "RAPPORT_HOME": str(home),
        "BASE_URL": f"http://localhost:{port}",
        "SECRET_KEY": place.passwords["secret_key"],
        "DEMO": "1" if demo else "0",
    }
    if smtp_port:
        made["EMAIL_URL"] = f"smtp://127.0.0.1:{smtp_port}"
    return {key: value for key, value in made.items() if key not in given}
