"""Terms as either side types them, and as it puts its name to them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models.brands import Brand
from customers.forms.amounts import AmountField
from partners.rules.revenue_share import Deal
from partners.rules.terms import PartnershipTerms

_MAX_SHARES = 200
_MAIN = ("payer", "share", "statements")
# Field of the form -> field of the deal, of sums that may be left empty.
_SUMS = {
    "flat": _("For each voucher that is used"),
    "lead": _("For each customer who takes the offer"),
    "new_customer": _("For each new customer"),
    "known_customer": _("For each customer who is known"),
    "most_each": _("At most, for one voucher"),
    "most_in_all": _("At most, for an offer as a whole"),
}


class AgreeForm(forms.Form):
    """The version that was read, and its hash."""

    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    terms_hash = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


class TermsForm(forms.Form):
    """As the brand proposes them. `answers`: the version that was on the page."""

    answers = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    payer = forms.ChoiceField(label=_("Who pays"), widget=forms.RadioSelect)
    share = forms.DecimalField(
        label=_("Share of what was paid, in per cent"),
        min_value=0,
        max_value=100,
        decimal_places=1,
        required=False,
    )
    product_shares = forms.CharField(
        label=_("Another share for some products"),
        required=False,
        max_length=30_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("One in each line, the shop's number and the per cent: “WINE-7: 12.5”."),
    )
    window_days = forms.IntegerField(
        label=_("A voucher counts for, in days"),
        min_value=1,
        max_value=366,
        help_text=_("From the mail or the click on."),
    )
    lock_days = forms.IntegerField(
        label=_("Each sum waits for refunds, in days"), min_value=0, max_value=366
    )
    statements = forms.ChoiceField(
        label=_("Statements"),
        choices=[("monthly", _("Every month")), ("on_demand", _("When asked for"))],
    )
    dispute_days = forms.IntegerField(
        label=_("Time to object to a statement, in days"), min_value=1, max_value=60
    )
    notes = forms.CharField(
        label=_("What else you agree on"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        terms: PartnershipTerms,
        brand: Brand,
        partner: str,
        answers: int = 0,
    ) -> None:
        """`terms` are what it begins with, those of the version `answers`."""
        super().__init__(data, initial={**_initial(terms), "answers": answers})
        names = {"brand": brand.name, "partner": partner}
        self.fields["payer"].choices = [  # type: ignore[attr-defined]
            (payer, words % names) for payer, words in self.payers().items()
        ]
        for name, label in _SUMS.items():
            self.fields[name] = AmountField(
                currency=brand.currency, label=f"{label} ({brand.currency})", required=False
            )
        self.fields["smallest_payout"] = AmountField(
            currency=brand.currency,
            label=_now("Paid out from (%(currency)s)") % {"currency": brand.currency},
            help_text=_("Less is carried forward."),
        )
        self.is_usual = terms == PartnershipTerms(deal=Deal(share=terms.deal.share))

    def payers(self) -> dict[str, str]:
        return {
            "partner": "%(partner)s pays %(brand)s, for customers you send them",
            "brand": "%(brand)s pays %(partner)s, for customers they send you",
        }

    @property
    def main(self) -> list[forms.BoundField]:
        """What is nearly always all there is to say."""
        return [self[name] for name in _MAIN]

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in (*_MAIN, "notes", "answers")]

    @property
    def has_more(self) -> bool:
        """Whether the rest is to be seen at once: something in it is not the usual, or wrong."""
        return not self.is_usual or bool(self.is_bound and self.errors)

    def clean_product_shares(self) -> dict[str, int]:
        shares: dict[str, int] = {}
        for line in self.cleaned_data["product_shares"].splitlines():
            name, colon, share = line.rpartition(":")
            if not line.strip():
                continue
            permille = _permille(share)
            if not (colon and 0 < len(name.strip()) <= 120) or permille is None:
                words = _now("“%(line)s” is not a number, a colon and per cent.")
                raise forms.ValidationError(words % {"line": line[:60]})
            shares[name.strip()] = permille
        if len(shares) > _MAX_SHARES:
            words = _now("At most %d products can have their own share.")
            raise forms.ValidationError(words % _MAX_SHARES)
        return shares

    def terms(self) -> PartnershipTerms:
        """Only of a valid form."""
        said = self.cleaned_data
        deal = Deal(
            payer=said["payer"],
            share=int((said["share"] or Decimal()) * 10),
            product_shares=said["product_shares"],
            lock_days=said["lock_days"],
            window_days=said["window_days"],
            **{name: said[name] or 0 for name in _SUMS},
        )
        return PartnershipTerms(
            deal=deal,
            statements=said["statements"],
            dispute_days=said["dispute_days"],
            smallest_payout=said["smallest_payout"],
            notes=said["notes"].replace("\r\n", "\n").strip(),
        )


class CounterForm(TermsForm):
    """The same as the partner answers them."""

    def payers(self) -> dict[str, str]:
        return {
            "partner": _now("You pay %(brand)s, for customers they send you"),
            "brand": _now("%(brand)s pays you, for customers you send them"),
        }


def _permille(text: str) -> int | None:
    """Thousandths of per cent with at most one decimal; None for anything else."""
    whole, _point, tenths = text.strip().removesuffix("%").strip().partition(".")
    if not (whole.isdecimal() and (tenths or "0").isdecimal() and len(tenths) <= 1):
        return None
    permille = int(whole) * 10 + int(tenths or 0)
    return permille if permille <= 1_000 else None


def _initial(terms: PartnershipTerms) -> dict[str, Any]:
    deal = terms.deal
    shares = (f"{name}: {Decimal(share) / 10}" for name, share in deal.product_shares.items())
    return {
        "payer": deal.payer,
        "share": Decimal(deal.share) / 10,
        "product_shares": "\n".join(shares),
        "window_days": deal.window_days,
        "lock_days": deal.lock_days,
        "statements": terms.statements,
        "dispute_days": terms.dispute_days,
        "smallest_payout": terms.smallest_payout,
        "notes": terms.notes,
        **{name: getattr(deal, name) or None for name in _SUMS},
    }
