"""Forms beside services: a refusal is shown where the person can mend it."""

from django.forms import BaseForm

from config.kit.errors import DomainError


def show_refusal(form: BaseForm, error: DomainError) -> None:
    """Put a service's refusal beside the fields it names; above the form when it has none of
    them."""
    placed = {name: text for name, text in error.fields.items() if name in form.fields}
    for name, text in placed.items():
        form.add_error(name, text)
    if not placed:
        form.add_error(None, error.message)
