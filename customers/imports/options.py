"""What a person decides about an import beside its columns: whose word a yes is, what may be
overwritten, and whether it may set anything in motion."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from config.kit.errors import Invalid
from customers.imports.kinds import ImportKind
from customers.imports.mapping import Mapping

_PROOF = frozenset({"consent_at", "consent_ip", "confirmed_at", "confirmed_ip"})

# What the file's yes stands for.
BASES = {
    "consent": (
        "Consent with proof",
        "Rows that say when or from where somebody agreed are recorded as consent, with that as "
        "proof. Rows without it are recorded as claimed by you.",
    ),
    "claimed": (
        "Consent, claimed by you",
        "They agreed, but this file does not show when. Your name is kept as the one who says so.",
    ),
    "soft_opt_in": (
        "Soft opt-in",
        "They bought from you or asked you, could say no then and in every mail, and get mail "
        "about your own similar products only. Without an order it does not hold.",
    ),
    "none": (
        "Nothing",
        "The yes is not taken over. A no still counts.",
    ),
}
# Of whom an audience file consists when it does not say so row by row.
AUDIENCES = {
    "subscribed": "They are subscribed",
    "unsubscribed": "They have unsubscribed",
    "cleaned": "Their addresses are dead",
}
OVERWRITES = {
    "always": "The file wins",
    "empty": "Fill only what is empty",
    "never": "Leave known customers as they are",
}
# Which columns of a customer a field fills, where it is not called the same.
_FILLS = {
    "name": ("first_name", "last_name"),
    "billing_phone": ("phone",),
    "shipping_phone": ("phone",),
    "address_phone": ("phone",),
    "shipping_name": ("first_name", "last_name"),
    "shipping_city": ("city",),
    "shipping_country": ("country",),
}
_OVERWRITTEN = frozenset(
    {"phone", "first_name", "last_name", "city", "country", "language", "tags"}
)


def filled_by(code: str) -> tuple[str, ...]:
    """The columns of a customer that a field fills; none for orders, addresses and permissions."""
    if code in _FILLS:
        return _FILLS[code]
    return (code,) if code in _OVERWRITTEN or code.startswith("attribute:") else ()


@dataclass(frozen=True, slots=True)
class Options:
    """`overwrite` is by field code; a field that is not there is overwritten always.

    `audience` is of kinds that ask for it only. `is_live`: others may react to this import as if
    each thing in it had just happened."""

    basis: str = "claimed"
    audience: str = "subscribed"
    overwrite: dict[str, str] = field(default_factory=dict)
    is_live: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        return cls(**value)


def check_options(options: Options) -> None:
    """Raises Invalid for a choice that does not exist."""
    wrong: dict[str, str] = {}
    if options.basis not in BASES:
        wrong["basis"] = "Choose what a yes in this file stands for."
    if options.audience not in AUDIENCES:
        wrong["audience"] = "Choose who these people are."
    for code, policy in options.overwrite.items():
        if policy not in OVERWRITES:
            wrong[f"overwrite_{code}"] = "Choose what happens to what is known."
    if wrong:
        raise Invalid("Some choices are missing.", code="options", fields=wrong)


def suggest_options(kind: ImportKind, mapping: Mapping, file_name: str) -> Options:
    """What to start from: proof is used where there is some; Mailchimp's file names tell whether
    their people are subscribed."""
    has_proof = not _PROOF.isdisjoint(mapping.columns)
    audience = "subscribed"
    if kind.asks_audience:
        name = file_name.casefold()
        audience = next(
            (state for state in ("unsubscribed", "cleaned") if name.startswith(state)), audience
        )
    return Options(basis="consent" if has_proof else "claimed", audience=audience)
