"""What friends and customers type on public pages: an address of their own."""

from django import forms

from config.kit.text import email_key


class AddressForm(forms.Form):
    """The form of the address alone is checked: the answer never tells whose it is."""

    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": "Please type your e-mail address.",
            "invalid": "This does not look like an e-mail address. Is there a typing error?",
        },
    )

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        try:
            email_key(address)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return address

    @property
    def address(self) -> str:
        return str(self.cleaned_data["email"])
