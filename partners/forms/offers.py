"""An offer as its partner types it: three fields, and everything else with a sensible answer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models.brands import Brand
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from customers.forms.amounts import AmountField
from customers.selectors.products import categories as shop_categories
from partners.models.offers import OfferTemplate
from partners.models.partnerships import OfferCategory, Partnership
from partners.rules.content import AudienceWish, OfferContent, VoucherTerms
from partners.rules.gets import read_gets
from partners.rules.revenue_share import Deal
from partners.selectors.offers import offer_day
from partners.selectors.wording import gets

MAIN = ("headline", "gets", "ends_on")
# As the service names what it refuses -> as the form does.
_FIELDS = {"voucher": "gets", "category_id": "category", "image_alt": "alt", "image": "picture"}
_MOST_SHOWN = 50


def start_of(partnership: Partnership, template: OfferTemplate, deal: Deal) -> OfferContent:
    """What a new offer begins with: the brand's template, and the deal both agreed on."""
    first = offer_day() + timedelta(days=template.lead_days)
    return OfferContent(
        headline="",
        starts_on=first,
        ends_on=first + timedelta(days=max(template.run_days, 1) - 1),
        category_id=partnership.category_id or 0,
        text=template.text,
        conditions=template.conditions,
        voucher=VoucherTerms(kind="item", value=0, valid_days=template.valid_days),
        deal=deal,
    )


def again(start: OfferContent, before: OfferContent) -> OfferContent:
    """The words of an offer that is over, with the days and the deal of a new one."""
    days = {"starts_on": start.starts_on, "ends_on": start.ends_on}
    return msgspec.structs.replace(before, deal=start.deal, **days)


class OfferForm(forms.Form):
    """`content` is the version that is edited; what has no field here stays as it is in it."""

    headline = forms.CharField(
        label=_("Headline"),
        max_length=120,
        help_text=_("What you would call out to somebody passing by."),
    )
    gets = forms.CharField(
        label=_("What the customer gets"),
        max_length=120,
        help_text=_("“20% off dinner”, “£10 off”, or a thing: “A glass of prosecco”."),
    )
    ends_on = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    category = forms.TypedChoiceField(label=_("Kind of offer"), coerce=int)
    text = forms.CharField(
        label=_("A few words more"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG, GIF or WebP, at most 8 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"}),
    )
    alt = forms.CharField(
        label=_("What the picture shows"),
        required=False,
        max_length=200,
        help_text=_("Read out to those who cannot see it."),
    )
    drop_picture = forms.BooleanField(label=_("Without the picture"), required=False)
    link = forms.CharField(
        label=_("Your page about it"),
        required=False,
        max_length=2_000,
        help_text=_("https://, on your own website."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    conditions = forms.CharField(
        label=_("Small print"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    valid_days = forms.IntegerField(
        label=_("A voucher holds, in days"),
        required=False,
        min_value=1,
        max_value=1_096,
        help_text=_("From when it was given. Empty: until the last day of the offer."),
    )
    is_exclusive = forms.BooleanField(
        label=_("Nobody else of this kind meanwhile"),
        required=False,
        help_text=_("The shop has to agree, and the days must be free."),
    )
    bought = forms.MultipleChoiceField(
        label=_("For customers who bought"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: all who said yes to offers like yours."),
    )
    within_days = forms.IntegerField(
        label=_("Bought within so many days"), required=False, min_value=1, max_value=3_650
    )
    least_orders = forms.IntegerField(
        label=_("Ordered at least so many times"), required=False, min_value=0, max_value=1_000
    )
    words = forms.CharField(
        label=_("A word to the shop"),
        required=False,
        max_length=500,
        help_text=_("Whom you would like to reach, and why. Customers do not see it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    share = forms.DecimalField(
        label=_("Share of what was paid, in per cent"),
        min_value=0,
        max_value=100,
        decimal_places=1,
        help_text=_("As agreed; change it only for this offer, and the shop has to agree again."),
    )
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        files: Any = None,
        *,
        content: OfferContent,
        base: int,
        brand: Brand,
    ) -> None:
        super().__init__(data, files, initial=_initial(content, base, brand))
        self.content_before = content
        self.brand = brand
        for name, label in (
            ("flat", _("For each voucher redeemed")),
            ("lead", _("For each customer who takes it")),
            ("new_customer", _("For each new customer")),
        ):
            self.fields[name] = AmountField(
                currency=brand.currency, label=f"{label} ({brand.currency})", required=False
            )
        kinds: Any = self.fields["category"]
        kinds.choices = list(OfferCategory.objects.order_by("name").values_list("pk", "name"))
        bought: Any = self.fields["bought"]
        known = dict.fromkeys([*shop_categories()[:_MOST_SHOWN], *content.wish.bought])
        bought.choices = [(name, name) for name in known]
        if not known:
            del self.fields["bought"]
        if not content.image:
            del self.fields["drop_picture"]

    def main(self) -> list[forms.BoundField]:
        """The three fields that are enough."""
        return [self[name] for name in MAIN]

    def more(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Everything else: each group with its name and its heading."""
        return [
            (group, str(title), [self[name] for name in names if name in self.fields])
            for group, title, names in _GROUPS
        ]

    def has_faults_in_more(self) -> bool:
        return bool(set(self.errors) - set(MAIN))

    def clean_gets(self) -> VoucherTerms:
        try:
            return read_gets(
                self.cleaned_data["gets"],
                currency=self.brand.currency,
                before=self.content_before.voucher,
            )
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_share(self) -> int:
        return int(self.cleaned_data["share"] * 10)

    def content(self, *, image: str = "") -> OfferContent:
        """What was typed; only of a valid form. `image` is the name of a new picture."""
        said = self.cleaned_data
        before = self.content_before
        kept = "" if said.get("drop_picture") else before.image
        return OfferContent(
            headline=said["headline"],
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            category_id=said["category"],
            text=said["text"],
            image=image or kept,
            image_alt=said["alt"] if image or kept else "",
            conditions=said["conditions"],
            link=said["link"],
            voucher=msgspec.structs.replace(said["gets"], valid_days=said["valid_days"]),
            wish=self._wish(said),
            is_exclusive=said["is_exclusive"],
            deal=msgspec.structs.replace(
                before.deal,
                share=said["share"],
                flat=said["flat"] or 0,
                lead=said["lead"] or 0,
                new_customer=said["new_customer"] or 0,
            ),
        )

    def as_typed(self) -> OfferContent:
        """For the preview: what can be understood, and what was there before for the rest."""
        said: dict[str, Any] = {}
        if self.is_bound:
            self.is_valid()
            said = self.cleaned_data
        before = self.content_before
        texts = {"headline": "headline", "text": "text", "conditions": "conditions"}
        days = {"starts_on": "starts_on", "ends_on": "ends_on"}
        named = {"category_id": "category", "link": "link", "is_exclusive": "is_exclusive"}
        known = {
            field: said.get(name, getattr(before, field))
            for field, name in (texts | days | named).items()
        }
        kept = "" if said.get("drop_picture") else before.image
        voucher = msgspec.structs.replace(
            said.get("gets", before.voucher),
            valid_days=said.get("valid_days", before.voucher.valid_days),
        )
        return msgspec.structs.replace(
            before, **known, voucher=voucher, image=kept, image_alt=said.get("alt", "")
        )

    def wish(self) -> AudienceWish:
        """For whom, as far as it can be understood."""
        self.is_valid()
        return self._wish(self.cleaned_data)

    def _wish(self, said: Mapping[str, Any]) -> AudienceWish:
        return AudienceWish(
            bought=said.get("bought", []),
            countries=self.content_before.wish.countries,
            within_days=said.get("within_days"),
            least_orders=said.get("least_orders") or 0,
            words=said.get("words", ""),
        )

    def begin_from(self, number: int) -> None:
        """What is saved next follows this version."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["base"] = str(number)
        self.data = data

    def show(self, error: DomainError) -> None:
        """A refusal of the service beside the fields it is about."""
        error.fields = {_FIELDS.get(name, name): text for name, text in error.fields.items()}
        show_refusal(self, error)


_GROUPS = (
    ("when", _("When, and what kind"), ("starts_on", "category", "is_exclusive", "valid_days")),
    (
        "words",
        _("Words and picture"),
        ("text", "picture", "alt", "drop_picture", "link", "conditions"),
    ),
    ("whom", _("For whom"), ("bought", "within_days", "least_orders", "words")),
    ("money", _("Money"), ("share", "flat", "lead", "new_customer")),
)


def _initial(content: OfferContent, base: int, brand: Brand) -> dict[str, Any]:
    deal, wish = content.deal, content.wish
    return {
        "base": base,
        "headline": content.headline,
        "gets": gets(content.voucher, brand),
        "ends_on": content.ends_on.isoformat(),
        "starts_on": content.starts_on.isoformat(),
        "category": content.category_id,
        "text": content.text,
        "alt": content.image_alt,
        "link": content.link,
        "conditions": content.conditions,
        "valid_days": content.voucher.valid_days,
        "is_exclusive": content.is_exclusive,
        "bought": wish.bought,
        "within_days": wish.within_days,
        "least_orders": wish.least_orders or None,
        "words": wish.words,
        "share": f"{deal.share / 10:g}",
        "flat": deal.flat or None,
        "lead": deal.lead or None,
        "new_customer": deal.new_customer or None,
    }
