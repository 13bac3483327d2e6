"""Contact rules as people think of them; limits of other kinds come through the API and stay."""

from collections.abc import Mapping
from typing import Any

from django import forms

from campaigns.models.campaigns import Campaign
from campaigns.rules.pressure import KINDS, MAX_COUNT, Cap, Kind, Part, Quiet, Rules

# The limits of the form: field, words, window.
LIMITS: dict[str, tuple[str, Cap]] = {
    "day": ("In one calendar day", Cap(1, period="day")),
    "week": ("In any 7 days", Cap(1, days=7)),
    "month": ("In any 30 days", Cap(1, days=30)),
}


def _window(cap: Cap) -> tuple[int, str | None]:
    return cap.days, cap.period


# The limit that partners' offers have of their own: so many in any 30 days.
PARTNER = Cap(1, days=30)
_FIELDS = {_window(cap): name for name, (_, cap) in LIMITS.items()}


class ContactRulesForm(forms.Form):
    quiet_since = forms.TimeField(
        required=False, label="From", widget=forms.TimeInput(attrs={"type": "time"})
    )
    quiet_until = forms.TimeField(
        required=False, label="Until", widget=forms.TimeInput(attrs={"type": "time"})
    )
    expire_hours = forms.IntegerField(
        label="A mail waits for at most, in hours", min_value=1, max_value=24 * 31
    )
    counts_transactional = forms.BooleanField(
        required=False,
        label="Transactional mails count against the limits",
        help_text="They are always sent. With this, news waits after an order confirmation.",
    )

    def __init__(self, data: Mapping[str, Any] | None, *, rules: Rules) -> None:
        super().__init__(data, initial=_initial(rules))
        self._others = others(rules)
        self._own = rules.own
        partner = forms.IntegerField(
            required=False,
            label="Offers of partners in any 30 days",
            min_value=1,
            max_value=MAX_COUNT,
            help_text="A limit of their own, beside those above. Empty: none of their own.",
        )
        limits = {
            name: forms.IntegerField(required=False, label=words, min_value=1, max_value=MAX_COUNT)
            for name, (words, _) in LIMITS.items()
        }
        kinds = {}
        for kind, words in Campaign.ContactKind.choices:
            kinds[f"{kind}_obeys"] = _tick(f"{words}: obeys the limits")
            kinds[f"{kind}_counts"] = _tick(f"{words}: counts against them")
        self.fields = {**limits, "partner_month": partner, **self.fields, **kinds}

    @property
    def kinds(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """What is sent, with its two ticks."""
        return [
            (str(words), self[f"{kind}_obeys"], self[f"{kind}_counts"])
            for kind, words in Campaign.ContactKind.choices
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if (cleaned.get("quiet_since") is None) != (cleaned.get("quiet_until") is None):
            self.add_error("quiet_until", "Quiet hours need a beginning and an end, or neither.")
        return cleaned

    def rules(self) -> Rules:
        """What was typed, and the limits that have no field here."""
        said = self.cleaned_data
        caps = [
            Cap(said[name], days=cap.days, period=cap.period)
            for name, (_, cap) in LIMITS.items()
            if said[name]
        ]
        quiet = None
        if said["quiet_since"] is not None:
            quiet = Quiet(said["quiet_since"], said["quiet_until"])
        parts = {kind: Part(said[f"{kind}_obeys"], said[f"{kind}_counts"]) for kind in KINDS}
        return Rules(
            caps=(*caps, *self._others),
            quiet=quiet,
            parts={kind: part for kind, part in parts.items() if part != Part()},
            own=self._with_partners(said["partner_month"]),
            expire_hours=said["expire_hours"],
            counts_transactional=said["counts_transactional"],
        )

    def _with_partners(self, count: int | None) -> dict[Kind, tuple[Cap, ...]]:
        """The limits of single kinds, with that of partners' offers as it was typed."""
        kept = [cap for cap in self._own.get("partner", ()) if _window(cap) != _window(PARTNER)]
        typed = [Cap(count, days=PARTNER.days)] if count else []
        return {**self._own, "partner": (*typed, *kept)}


def others(rules: Rules) -> list[Cap]:
    """The limits that have no field of their own."""
    return [cap for cap in rules.caps if _window(cap) not in _FIELDS]


def _tick(label: str) -> forms.BooleanField:
    widget = forms.CheckboxInput(attrs={"aria-label": label})
    return forms.BooleanField(required=False, label=label, widget=widget)


def _initial(rules: Rules) -> dict[str, Any]:
    found: dict[str, Any] = {
        _FIELDS[_window(cap)]: cap.count for cap in rules.caps if _window(cap) in _FIELDS
    }
    if rules.quiet is not None:
        found |= {"quiet_since": rules.quiet.since, "quiet_until": rules.quiet.until}
    for cap in rules.own.get("partner", ()):
        if _window(cap) == _window(PARTNER):
            found["partner_month"] = cap.count
    for kind in KINDS:
        part = rules.part(kind)
        found |= {f"{kind}_obeys": part.obeys, f"{kind}_counts": part.counts}
    rest = {"expire_hours": rules.expire_hours, "counts_transactional": rules.counts_transactional}
    return {**found, **rest}
