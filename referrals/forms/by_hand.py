"""Attributing a friend by hand."""

from typing import Any

from django import forms

from config.kit.text import email_key
from customers.models.customers import Customer
from customers.models.orders import Order
from referrals.models.programmes import Advocate
from referrals.selectors.advocates import code_named
from referrals.services.referrals import MAX_NOTE


class ByHandForm(forms.Form):
    """An advocate by their code, and the friend by an order or an address."""

    code = forms.CharField(
        max_length=40, label="Code of the customer who shared", help_text="As in their link."
    )
    order = forms.CharField(
        label="The friend's order", required=False, max_length=120, help_text="Its shop number."
    )
    email = forms.EmailField(
        label="Or the friend's e-mail address",
        required=False,
        help_text="Of somebody who has not ordered yet.",
    )
    reason = forms.CharField(
        max_length=MAX_NOTE, label="Why", help_text="It is kept with the decision."
    )

    def clean_code(self) -> Advocate:
        found = code_named(self.cleaned_data["code"])
        if found is None:
            raise forms.ValidationError("Nobody has this code.")
        return found.advocate

    def clean_order(self) -> Order | None:
        number = self.cleaned_data["order"].strip()
        if not number:
            return None
        found = list(Order.objects.filter(source_id=number).select_related("customer")[:2])
        if not found:
            raise forms.ValidationError("There is no order of this number.")
        if len(found) > 1:
            raise forms.ValidationError("Several orders have this number. Use the address.")
        return found[0]

    def clean_email(self) -> Customer | None:
        address = self.cleaned_data["email"]
        if not address:
            return None
        try:
            key = email_key(address)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        living = Customer.objects.filter(merged_into=None, erased_at=None)
        found = living.filter(email_norm=key).first()
        if found is None:
            raise forms.ValidationError("No customer has this address.")
        return found

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and (said["order"] is None) == (said["email"] is None):
            self.add_error("order", "Name either an order or an address.")
        return said
