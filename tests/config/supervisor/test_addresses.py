"""Ports that are free, and an environment that never overrules what was given by hand."""

import socket

from config.engines.place import Place
from config.supervisor.addresses import free_port, given_environment, instance_environment


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) > port
    assert free_port(port) == port


def test_addresses_that_a_killed_start_left_behind_do_not_count_as_given(monkeypatch):
    monkeypatch.setenv("BROKER_URL", "redis+socket:///old.sock")
    monkeypatch.setenv("DATABASE_URL", "postgresql://by.hand/rapport")
    given = given_environment(
        {"BROKER_URL": "redis+socket:///old.sock", "DATABASE_URL": "postgresql://old/rapport"}
    )
    assert "BROKER_URL" not in given
    assert given["DATABASE_URL"] == "postgresql://by.hand/rapport"


def test_what_is_given_by_hand_is_never_overruled(tmp_path):
    made = instance_environment(
        given={"SECRET_KEY": "by hand"},
        engines={"DATABASE_URL": "postgresql://made/rapport"},
        place=Place(root=tmp_path, sockets=tmp_path, user=None),
        home=tmp_path,
        port=8001,
        demo=True,
        smtp_port=2526,
    )
    assert made == {
        "DATABASE_URL": "postgresql://made/rapport",
        "RAPPORT_HOME": str(tmp_path),
        "BASE_URL": "http://localhost:8001",
        "DEMO": "1",
        "EMAIL_URL": "smtp://127.0.0.1:2526",
    }


def test_an_instance_keeps_its_secret_key(tmp_path):
    place = Place(root=tmp_path, sockets=tmp_path, user=None)
    again = Place(root=tmp_path, sockets=tmp_path, user=None)
    assert len(place.passwords["secret_key"]) == 64
    assert again.passwords["secret_key"] == place.passwords["secret_key"]
