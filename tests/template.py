"""Make the database that each test worker copies: `python -m tests.template URL`.

To migrate costs many seconds, so the result is kept beside the installed packages, under a hash of
everything it depends on; where that has not changed, it is restored in a second. Run by
tests/engines.py with the environment of `manage.py migrate`; URL is the superuser's."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.core.management import call_command

from config.engines.place import postgres_binaries
from config.settings.env import ROOT

# What a migrated database follows from; the locked requirements stand for Django and PostgreSQL.
_DEPENDS_ON = (
    "*/migrations/*.py",
    "*/sql/*.sql",
    "accounts/constraints.py",
    "config/kit/sql.py",
    "config/management/commands/migrate.py",
    "config/migrating.py",
    "config/roles.py",
    "config/engines/*.py",
    "config/settings/*.py",
    "requirements/*.txt",
)
_KEPT = 6


def main(url: str) -> None:
    kept = Path(sys.prefix, f"test-template-{_key()}.dump")
    binaries = postgres_binaries(None)
    if kept.exists():
        restore = [str(binaries / "pg_restore"), "--exit-on-error", f"--dbname={url}", str(kept)]
        subprocess.run(restore, check=True)
        os.utime(kept)
        return
    django.setup()
    call_command("migrate", verbosity=0)
    new = kept.with_suffix(f".{os.getpid()}")
    dump = [str(binaries / "pg_dump"), "--format=custom", f"--file={new}", url]
    subprocess.run(dump, check=True)
    new.replace(kept)
    for old in sorted(kept.parent.glob("test-template-*.dump"), key=_age)[_KEPT:]:
        old.unlink(missing_ok=True)


def _key() -> str:
    digest = hashlib.sha256()
    for path in sorted(_files()):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _files() -> Iterator[Path]:
    for pattern in _DEPENDS_ON:
        yield from ROOT.glob(pattern)


def _age(path: Path) -> float:
    return -path.stat().st_mtime


if __name__ == "__main__":
    main(sys.argv[1])
