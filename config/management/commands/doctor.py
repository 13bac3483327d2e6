"""`manage.py doctor`: what is well, what is not, and what to do about it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.doctor import CHECKS, Finding, examine


class Command(BaseCommand):
    help = "Check this installation; exit code 1 when something is not well."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = self._examine()
        if options["json"]:
            self.stdout.write(json.dumps([_as_json(finding) for finding in findings], indent=1))
        else:
            self._table(findings)
        wrong = sum(not finding.ok for finding in findings)
        if wrong:
            raise CommandError(f"{wrong} of {len(findings)} checks failed.", returncode=1)

    def _examine(self) -> list[Finding]:
        """Without the pool: it retries for seconds and logs each time what we want to say once."""
        former = connection.settings_dict["OPTIONS"]
        connection.settings_dict["OPTIONS"] = {k: v for k, v in former.items() if k != "pool"}
        try:
            return examine(CHECKS)
        finally:
            if "pool" in former:
                connection.close()
            connection.settings_dict["OPTIONS"] = former

    def _table(self, findings: list[Finding]) -> None:
        for finding in findings:
            mark = self.style.SUCCESS("ok  ") if finding.ok else self.style.ERROR("FAIL")
            self.stdout.write(f"{mark}  {finding.name:<15} {finding.found}")
            if not finding.ok:
                self.stdout.write(f"      {'':<15} {finding.advice}")


def _as_json(finding: Finding) -> dict[str, object]:
    return {
        "name": finding.name,
        "ok": finding.ok,
        "found": finding.found,
        "advice": finding.advice,
    }
