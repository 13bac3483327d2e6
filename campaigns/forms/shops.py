"""A shop whose interface may make codes for us."""

from django import forms


class TokenForm(forms.Form):
    token = forms.CharField(
        label="Admin API access token",
        max_length=300,
        help_text="Of an app of your own in the shop, with the scope write_discounts. It is kept "
        "encrypted and never shown again.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class ShopForm(TokenForm):
    field_order = ("address", "token")
    address = forms.CharField(
        label="Shop",
        max_length=300,
        help_text="Its name at Shopify, such as floral.myshopify.com.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
