"""The upload of a picture."""

from django import forms


class ImageForm(forms.Form):
    """A file, and the words for those who cannot see it."""

    file = forms.FileField(
        label="Picture",
        help_text="JPEG, PNG, GIF or WebP, at most 8 MB. We make it fit for mail.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"}),
    )
    alt = forms.CharField(
        max_length=300,
        label="Description",
        help_text="Read out, and shown when images are blocked.",
    )
