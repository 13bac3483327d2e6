"""The ledger by itself: what apps above know of it is tested with them."""

import pytest

from accounts.selectors import ledger_checks


@pytest.fixture(autouse=True)
def _nobody_checks_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_checks, "_further", [])
