"""Pools of vouchers, the codes in them, lists of redemptions, and the PIN of a till."""

from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models.brands import Brand
from campaigns.forms import coupons
from campaigns.services.coupons import MAX_MADE, MAX_PREFIX
from config.kit.uploads import text_of
from customers.forms.amounts import AmountField
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.models.vouchers import VoucherPool
from partners.rules.vouchers import MAX_VALID_DAYS
from partners.selectors.partnerships import active_partnerships
from partners.selectors.vouchers import places_of_codes
from partners.services import redemption_files

_CSV = forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"})


class CodesForm(coupons.CodesForm):
    file = forms.FileField(
        label=_("Codes"),
        help_text=_("A CSV or text file of the till, one code in each line, up to 200,000."),
        widget=_CSV,
    )


class MakeForm(forms.Form):
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=MAX_MADE, initial=100)
    begins_with = forms.CharField(
        label=_("What each code begins with"),
        max_length=MAX_PREFIX,
        required=False,
        help_text=_("Such as LUCIA-. Ten letters and digits nobody guesses follow."),
    )


class VoidForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=60)
    reason = forms.CharField(label=_("Why"), max_length=200)


class PoolForm(forms.Form):
    """A pool of the brand's with one partner. Of an offer it is worth what both agreed to."""

    partnership: ClassVar[Any] = forms.ModelChoiceField(queryset=None, label="Partner")
    name = forms.CharField(max_length=80, help_text="For both of you, such as Dinner, ten off.")
    kind = forms.ChoiceField(label="Worth", choices=VoucherPool.Kind.choices)
    percent = forms.IntegerField(label="Per cent", min_value=1, max_value=100, required=False)
    item = forms.CharField(
        label="What the guest gets",
        max_length=120,
        required=False,
        help_text="Such as dinner for two.",
    )
    expires_on = forms.DateField(
        label="Last day of all",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: no end.",
    )
    valid_days = forms.IntegerField(
        label="Days one holds from when it is given",
        min_value=1,
        max_value=MAX_VALID_DAYS,
        required=False,
        help_text="Empty: until the last day of all.",
    )
    low_at = forms.IntegerField(
        label="Tell me when fewer are left than",
        min_value=0,
        max_value=100_000,
        initial=20,
        help_text="Or those of three weeks of use, if that is more.",
    )
    makes_more = forms.BooleanField(
        label="Make new codes when it runs low",
        required=False,
        help_text="Only where the partner’s own till need not know them.",  # noqa: RUF001
    )

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(Any, self.fields["partnership"])
        field.queryset = active_partnerships().select_related("brand")
        currency = brand.currency
        self.fields["amount"] = AmountField(
            currency=currency, label=f"Amount ({currency})", required=False
        )
        self.order_fields(("partnership", "name", "kind", "percent", "amount", "item"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        kind = said.get("kind")
        needed = {"percent": "percent", "amount": "amount", "item": "item"}.get(str(kind), "")
        if needed and not said.get(needed) and needed not in self.errors:
            self.add_error(needed, "Say what it is worth.")
        return said

    def terms(self) -> dict[str, Any]:
        """What `create_pool` takes."""
        said = self.cleaned_data
        value = said["percent"] if said["kind"] == VoucherPool.Kind.PERCENT else said["amount"]
        names = ("name", "kind", "item", "expires_on", "valid_days", "low_at", "makes_more")
        return {**{name: said[name] for name in names}, "value": value or 0}


class BringForm(CodesForm):
    """A partner's own codes: for an offer, or for a pool that is there."""

    place = forms.ChoiceField(label=_("What they are for"))
    field_order = ("place", "file")

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._partnership = partnership
        places = places_of_codes(partnership)
        self.has_places = any(places.values())
        labels = {"offer": _("An offer"), "pool": _("Vouchers that are there")}
        cast(Any, self.fields["place"]).choices = [
            (labels[kind], [(f"{kind}:{pk}", name) for pk, name in rows])
            for kind, rows in places.items()
            if rows
        ]

    @property
    def offer(self) -> Offer | None:
        pk = self._chosen("offer")
        return self._partnership.offers.filter(pk=pk).first() if pk else None

    @property
    def pool(self) -> VoucherPool | None:
        pk = self._chosen("pool")
        return self._partnership.pools.filter(pk=pk).first() if pk else None

    def _chosen(self, kind: str) -> int | None:
        """The id, if such a thing was chosen."""
        chosen, _colon, pk = self.cleaned_data["place"].partition(":")
        return int(pk) if chosen == kind else None


class RedemptionsForm(forms.Form):
    """A list of redemptions: a file, or its text when it comes back from the dry run."""

    file = forms.FileField(
        label=_("List of redemptions"),
        required=False,
        help_text=_(
            "A CSV file with the columns code, date and paid, up to 5,000 lines. A repeat changes"
            " nothing."
        ),
        widget=_CSV,
    )
    text = forms.CharField(
        required=False,
        max_length=redemption_files.MAX_FILE_BYTES,
        strip=False,
        widget=forms.HiddenInput,
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not said.get("file") and not said.get("text"):
            self.add_error("file", str(_("Choose the file.")))
        return said

    def list_text(self) -> str:
        """Raises Invalid for a file that is too large."""
        upload = self.cleaned_data["file"]
        if upload:
            return text_of(upload, max_bytes=redemption_files.MAX_FILE_BYTES)
        return str(self.cleaned_data["text"])


class PinForm(forms.Form):
    pin = forms.CharField(
        label=_("New PIN"),
        min_length=6,
        max_length=6,
        help_text=_("Six digits that are not easy to guess. Telephones have to type it anew."),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "pattern": "[0-9]{6}"}
        ),
    )
