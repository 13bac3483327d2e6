"""What people fill in around the blocks: names, audience, subject, the address of a test."""

from typing import Any, ClassVar

from django import forms

from campaigns.models.campaigns import Campaign
from campaigns.models.templates import EmailTemplate
from campaigns.models.transactional import TransactionalTemplate
from campaigns.models.variants import CampaignVariant
from campaigns.rules.timing import parse_wall_time
from campaigns.services.drafts import MAX_HELD_OUT
from campaigns.services.editing import Document
from customers.models.segments import Segment


class _WordsForm(forms.Form):
    """Words of a mail. A form that was sent has only the fields it was sent with, so that each
    part of the page saves itself."""

    name = forms.CharField(max_length=120, label="Name", help_text="Only your team sees it.")
    subject = forms.CharField(
        max_length=200,
        required=False,
        label="Subject",
        widget=forms.TextInput(attrs={"data-takes-tags": ""}),
    )
    preheader = forms.CharField(
        max_length=200,
        required=False,
        label="Preview line",
        help_text="Inboxes show it behind the subject.",
        widget=forms.TextInput(attrs={"data-takes-tags": ""}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.fields = {name: self.fields[name] for name in self.fields if name in self.data}
        for name in {"subject", "segment"} & self.fields.keys():
            # A draft may lack them, a launch may not; so they are not called optional.
            self.fields[name].required = not self.is_bound


class TemplateForm(_WordsForm):
    """The words of a template."""


class TransactionalForm(_WordsForm):
    """The words of a transactional mail; its name is a setting."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("name", None)


class VariantForm(_WordsForm):
    """The words of a variant; its campaign has the name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("name", None)


class CampaignForm(_WordsForm):
    """The words of a campaign, and who gets it."""

    segment: ClassVar[Any] = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label="Segment",
        empty_label="Choose a segment",
    )
    intent = forms.ChoiceField(
        label="What it is for",
        choices=Campaign.Intent.choices,
        help_text="The checks say how often these people were asked for money of late.",
    )
    control_percent = forms.IntegerField(
        label="Hold out, per cent of those who could be written to",
        min_value=0,
        max_value=MAX_HELD_OUT,
        help_text="Chance picks them, and they do not get this mail. Only they show what would "
        "have been bought anyway. 0: nobody.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "segment" in self.fields:
            self.fields["segment"].queryset = Segment.objects.order_by("name")  # type: ignore[attr-defined]


class NewCampaignForm(forms.Form):
    """Where a campaign starts: a name, and perhaps a template and an audience."""

    name = forms.CharField(
        max_length=120, label="Name", help_text="Only your team sees it, for example May news."
    )
    template: ClassVar[Any] = forms.ModelChoiceField(
        queryset=None, required=False, label="Start from", empty_label="An empty mail"
    )
    segment: ClassVar[Any] = forms.ModelChoiceField(
        queryset=None, required=False, label="Segment", empty_label="Choose later"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        templates = EmailTemplate.objects.order_by("name")
        self.fields["template"].queryset = templates  # type: ignore[attr-defined]
        self.fields["segment"].queryset = Segment.objects.order_by("name")  # type: ignore[attr-defined]


class LaunchForm(forms.Form):
    """When a campaign goes out; a form without words means now."""

    when = forms.ChoiceField(
        required=False,
        choices=[
            ("now", "Now"),
            (Campaign.Clock.BRAND.value, "At a time"),
            (Campaign.Clock.RECIPIENT.value, "At a time on each recipient's own clock"),
        ],
    )
    send_at = forms.CharField(required=False, max_length=40)

    def clean(self) -> dict[str, Any]:
        """`at` is the wall-clock time, None for now; raises Invalid for what is no time."""
        said = super().clean() or {}
        is_now = said.get("when", "") in {"", "now"}
        return {
            "at": None if is_now else parse_wall_time(said.get("send_at", "")),
            "clock": Campaign.Clock.BRAND if is_now else Campaign.Clock(said["when"]),
        }


class TestForm(forms.Form):
    """Where a test goes, and as whom the mail is read."""

    address = forms.EmailField(max_length=254, label="Send a test to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A keyword of Python, so it cannot be declared above.
        self.fields["as"] = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)


_FORMS: dict[type[object], type[_WordsForm]] = {
    Campaign: CampaignForm,
    CampaignVariant: VariantForm,
    EmailTemplate: TemplateForm,
    TransactionalTemplate: TransactionalForm,
}


def words_form(document: Document, data: Any = None, *, language: str = "") -> _WordsForm:
    """The form of a document's words, filled with what stands there; with `language`, with what
    stands there in that one, the main words behind it."""
    form_class = _FORMS[type(document)]
    initial: dict[str, Any] = {
        "name": document.name,
        "subject": document.subject,
        "preheader": document.preheader,
    }
    if isinstance(document, Campaign):
        initial["segment"] = document.segment_id
        initial["intent"] = document.intent
        initial["control_percent"] = document.control_percent
    if language:
        initial |= document.translations[language]
    form = form_class(data, initial=initial, auto_id="words-%s", use_required_attribute=False)
    if language:
        for name in ("subject", "preheader"):
            form.fields[name].widget.attrs["placeholder"] = getattr(document, name)
    return form
