"""Text from outside: one normal form, and one list of what is refused (trust rules 26 and 27)."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

_LINE_BREAKS = frozenset("\n\t")
_MAX_ADDRESS = 254  # RFC 5321, 4.5.3.1.3; also the columns' length
_MAX_NAME_KEY = 161
_MAX_SEARCH = 100
_MAX_LOCAL_BYTES = 64  # RFC 5321, 4.5.3.1.1; email-validator lets longer ones through


def clean_text(value: str, *, max_length: int, multiline: bool = False) -> str:
    """`value` in NFC without white space around it.

    Raises ValueError (with a sentence for people) for control characters, lone surrogates and
    text over `max_length` characters. Only `multiline` text may hold newlines and tabs."""
    allowed = _LINE_BREAKS if multiline else frozenset[str]()
    text = value.replace("\r\n", "\n") if multiline else value
    for character in text:
        kind = unicodedata.category(character)
        if kind == "Cs" or (kind == "Cc" and character not in allowed):
            raise ValueError("This holds a control character or broken text; please remove it.")
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > max_length:
        raise ValueError(f"This is too long: at most {max_length} characters.")
    return text


def email_key(address: str) -> str:
    """What an e-mail address is compared by: NFC, casefolded, the domain in IDNA form.

    Raises ValueError (with a sentence for people) for what is no address."""
    text = clean_text(address, max_length=_MAX_ADDRESS)
    try:
        parts = validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError(f"This is not an e-mail address: {error}") from error
    if len(parts.local_part.encode()) > _MAX_LOCAL_BYTES:
        raise ValueError("This is not an e-mail address: the part before the @ is too long.")
    key = f"{parts.local_part.casefold()}@{parts.ascii_domain.casefold()}"
    if len(key) > _MAX_ADDRESS:  # some letters become several when they lose their case
        raise ValueError("This is not an e-mail address: it is too long.")
    return key


def searched(text: str) -> str:
    """What a list is searched for; nothing, where no text of ours can hold it."""
    try:
        return clean_text(text, max_length=_MAX_SEARCH)
    except ValueError:
        return ""


def name_key(first_name: str, last_name: str) -> str:
    """What a person's name is searched by; some letters become several, so it may be cut."""
    return f"{first_name} {last_name}".strip().casefold()[:_MAX_NAME_KEY]
