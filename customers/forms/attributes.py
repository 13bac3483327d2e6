"""Declaring an attribute of the brand's own, and changing one."""

from typing import Any

from django import forms

from config.kit.errors import Conflict, Invalid
from config.kit.forms import show_refusal
from customers.models.attributes import AttributeDefinition
from customers.services.attributes import MAX_LABEL, MAX_NAME


class _Choices(forms.CharField):
    """One choice per line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class AttributeForm(forms.Form):
    """`refuse` puts what the service says beside the field it is about."""

    label = forms.CharField(
        max_length=MAX_LABEL, help_text="What pages call it, such as Date of birth."
    )
    kind = forms.ChoiceField(choices=AttributeDefinition.Kind.choices)
    choices = _Choices(required=False, help_text="For a choice: one to a line.")
    is_promoted = forms.BooleanField(
        required=False,
        label="Make segments quick",
        help_text="Keeps its values in an index of their own. Worth it for what you segment by.",
    )

    def refuse(self, error: Invalid | Conflict) -> None:
        named = {"name" if at == "attributes" else at: text for at, text in error.fields.items()}
        show_refusal(self, Invalid(error.message, fields=named))


class NewAttributeForm(AttributeForm):
    field_order = ["name", "label", "kind", "choices"]

    name = forms.CharField(
        max_length=MAX_NAME,
        help_text="As files and programs write it, such as birthday. It stays as it is.",
    )
    label = forms.CharField(max_length=MAX_LABEL, required=False, help_text="What pages call it.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["is_promoted"]
