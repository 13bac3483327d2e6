"""The languages a mail can be written in, by their ISO 639-1 code."""

NAMES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "pl": "Polish",
    "cs": "Czech",
    "sk": "Slovak",
    "hu": "Hungarian",
    "ro": "Romanian",
    "bg": "Bulgarian",
    "el": "Greek",
    "da": "Danish",
    "sv": "Swedish",
    "no": "Norwegian",
    "fi": "Finnish",
    "et": "Estonian",
    "lv": "Latvian",
    "lt": "Lithuanian",
    "sl": "Slovenian",
    "hr": "Croatian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ja": "Japanese",
    "zh": "Chinese",
}


def primary(tag: str) -> str:
    """The language of a tag such as "de-AT" or "de_AT" (RFC 5646), in small letters."""
    return tag.strip().replace("_", "-").partition("-")[0].lower()
