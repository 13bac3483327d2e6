"""What people of the brand write down about a customer."""

from django.db import transaction

from accounts.services.events import record
from config.kit.errors import Invalid, NotAllowed, naming
from config.kit.text import clean_text
from customers.events.customers import NoteDeleted, NoteWritten
from customers.models.customers import Customer, Note

MAX_NOTE = 4_000


def write_note(*, customer: Customer, text: str, author_id: int | None) -> Note:
    """Raises Invalid for a note without words or with too many."""
    with transaction.atomic():
        note = Note.objects.create(customer=customer, text=_cleaned(text), author_id=author_id)
        record(NoteWritten(subject_id=customer.pk, note_id=note.pk))
    return note


def change_note(*, note: Note, text: str, author_id: int | None) -> None:
    """Raises NotAllowed unless it is one's own."""
    _own(note, author_id)
    note.text = _cleaned(text)
    with transaction.atomic():
        note.save(update_fields=["text"])
        record(NoteWritten(subject_id=note.customer_id, note_id=note.pk))


def delete_note(*, note: Note, author_id: int | None) -> None:
    """Raises NotAllowed unless it is one's own."""
    _own(note, author_id)
    pk, customer_id = note.pk, note.customer_id
    with transaction.atomic():
        note.delete()
        record(NoteDeleted(subject_id=customer_id, note_id=pk))


def _own(note: Note, author_id: int | None) -> None:
    if note.author_id != author_id:
        raise NotAllowed("Only who wrote a note can change or delete it.")


def _cleaned(text: str) -> str:
    with naming("text"):
        cleaned = clean_text(text, max_length=MAX_NOTE, multiline=True)
    if not cleaned:
        raise Invalid.at("text", "Write something first.")
    return cleaned
