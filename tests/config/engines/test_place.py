"""Engine data stays private, its socket paths short, and no folder of others is loosened."""

import os
import stat
from pathlib import Path

import pytest

from config.engines import place as places
from config.engines.place import EngineError, Passwords, Place, ServiceUser, permanent


def _mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_passwords_are_made_once_and_readable_by_their_owner_only(tmp_path):
    passwords = Passwords(tmp_path / "passwords.json")
    first = passwords["rapport_app"]
    assert len(first) == 64
    assert passwords["rapport_migrate"] != first
    assert Passwords(tmp_path / "passwords.json")["rapport_app"] == first
    assert _mode(tmp_path / "passwords.json") == 0o600


def test_an_engines_folder_is_its_own(tmp_path):
    place = Place(root=tmp_path, sockets=tmp_path, user=ServiceUser(os.geteuid(), os.getegid()))
    assert _mode(place.folder("postgres")) == 0o700


def test_a_normal_users_data_stays_below_its_home(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "service_user", lambda: None)
    home = tmp_path / "home"
    place = permanent(home)
    assert place.root == home / "engines"
    assert _mode(place.root) == 0o700
    assert permanent(home) == place


def test_a_long_home_gets_its_sockets_in_a_short_private_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "service_user", lambda: None)
    place = permanent(tmp_path / ("long" * 30))
    longest = str(place.sockets) + places.LONGEST_SOCKET_NAME
    assert place.sockets.parent == Path("/tmp")
    assert len(longest) <= places.SOCKET_PATH_LIMIT
    assert _mode(place.sockets) == 0o700
    place.delete()
    assert not place.sockets.exists()


def test_a_socket_folder_that_somebody_else_made_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "service_user", lambda: None)
    home = tmp_path / ("long" * 30)
    first = permanent(home)
    first.sockets.rmdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    first.sockets.symlink_to(elsewhere)
    with pytest.raises(EngineError, match="belongs to somebody else"):
        permanent(home)
    assert _mode(elsewhere) == 0o755
    first.sockets.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a service user")
def test_root_keeps_the_data_with_the_service_user_and_loosens_nothing(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    place = permanent(home)
    assert place.root.parent == places.SERVICE_ROOT
    assert (_mode(places.SERVICE_ROOT), _mode(place.root)) == (0o711, 0o711)
    folder = place.folder("postgres")
    assert (folder.stat().st_uid, _mode(folder)) == (place.user.uid, 0o700)
    assert _mode(home) == 0o700
    assert list(home.iterdir()) == []
    binary = places.valkey_binary(place.user)
    assert binary.is_relative_to(places.SERVICE_ROOT)
    assert binary.stat().st_uid == 0
    place.delete()
