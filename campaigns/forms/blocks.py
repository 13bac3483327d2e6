"""The editor's form of one block, built from what its kind declares."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django import forms

from campaigns.blocks.base import Field
from campaigns.blocks.registry import KINDS
from campaigns.blocks.translating import translatable
from campaigns.rules.richtext import MAX_RICH, plain_of
from campaigns.selectors.offers import products_to_choose
from config.kit.errors import DomainError
from customers.selectors.products import categories

_EXCERPT = 70


def block_form(block: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> forms.Form:
    """A form for the stored block; its field ids begin with the block's id."""
    declared = {field.name: _form_field(field) for field in KINDS[block["kind"]].form_fields()}
    form_class: type[forms.Form] = type("BlockForm", (forms.Form,), declared)
    return form_class(
        data, initial=dict(block), auto_id=f"{block['id']}-%s", use_required_attribute=False
    )


def translation_form(
    block: Mapping[str, Any], texts: Mapping[str, str], data: Mapping[str, Any] | None = None
) -> forms.Form:
    """The words of a block in another language; what stays empty is read in the main one."""
    declared = {
        field.name: _translated_field(field, block) for field in translatable(block["kind"])
    }
    form_class: type[forms.Form] = type("TranslationForm", (forms.Form,), declared)
    return form_class(
        data, initial=dict(texts), auto_id=f"{block['id']}-%s", use_required_attribute=False
    )


def _translated_field(field: Field, block: Mapping[str, Any]) -> forms.Field:
    said = str(block.get(field.name) or "")
    words = plain_of(said) if field.control == "rich" else said
    made = _form_field(replace(field, required=False, help=words))
    if field.control != "rich":
        made.widget.attrs["placeholder"] = words
        made.help_text = ""
    return made


def excerpt(block: Mapping[str, Any]) -> str:
    """The first words of a block, for its line in the list."""
    rich = [str(block.get(name) or "") for name in ("html", "left_html", "right_html")]
    words = plain_of(" ".join(rich)) or str(block.get("text") or block.get("alt") or "")
    line = " ".join(words.split())
    return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1]}\N{HORIZONTAL ELLIPSIS}"


def _validator(check: Callable[[str], None]) -> Callable[[str], None]:
    """A kind's own check, as forms want it."""

    def validate(value: str) -> None:
        try:
            check(value)
        except DomainError as error:
            raise forms.ValidationError(error.message) from error

    return validate


def _form_field(field: Field) -> forms.Field:
    common: dict[str, Any] = {
        "label": field.label,
        "help_text": field.help,
        "required": field.required,
        "validators": [_validator(field.check)] if field.check else [],
    }
    if field.control == "choice":
        return forms.ChoiceField(choices=field.choices, **common)
    if field.control == "category":
        choices = [("", "Any"), *((name, name) for name in categories())]
        return forms.ChoiceField(choices=choices, **common)
    if field.control == "products":
        several = forms.SelectMultiple(attrs={"size": 6})
        return forms.MultipleChoiceField(choices=products_to_choose, widget=several, **common)
    if field.control == "number":
        return forms.IntegerField(**common)
    if field.control == "rich":
        words = forms.Textarea(attrs={"rows": 5, "data-rich": "", "data-takes-tags": ""})
        return forms.CharField(max_length=MAX_RICH, widget=words, **common)
    if field.control in {"address", "picture"}:
        attrs = {"inputmode": "url", "spellcheck": "false"}
        if field.control == "picture":
            attrs["data-picture"] = ""
        address = forms.TextInput(attrs=attrs)
        return forms.CharField(max_length=2000, widget=address, **common)
    line = forms.TextInput(attrs={"data-takes-tags": ""})
    return forms.CharField(max_length=300, widget=line, **common)
