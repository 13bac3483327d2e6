"""Telephone numbers: one normal form (ITU-T E.164) for the many ways people write one."""

import phonenumbers

from config.kit.countries import country_code

MAX_PHONE = 32


def phone_key(written: str, country: str) -> str:
    """The number as "+442079460958"; `country` (a name or code) is that of a national number.

    Raises ValueError with a sentence that says what to write."""
    try:
        number = phonenumbers.parse(written[: 2 * MAX_PHONE], country_code(country) or None)
    except phonenumbers.NumberParseException as error:
        raise ValueError(_WHAT_TO_WRITE) from error
    if not phonenumbers.is_possible_number(number) or number.extension:
        raise ValueError(_WHAT_TO_WRITE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_WHAT_TO_WRITE = "Write a telephone number with its country, such as +44 20 7946 0958."


def shown_phone(stored: str) -> str:
    """A number in E.164 with the gaps people read it by; other text as it is."""
    try:
        number = phonenumbers.parse(stored, None)
    except phonenumbers.NumberParseException:
        return stored
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
