"""The kinds of file we can read. A new kind is a folder and a line here."""

from config.kit.errors import Invalid
from customers.imports.generic import kind as generic
from customers.imports.kinds import ImportKind
from customers.imports.uci import kind as uci

# What a file is read as when no signature fits.
GENERIC = generic.KIND
KINDS = (uci.KIND, GENERIC)
_BY_CODE = {kind.code: kind for kind in KINDS}


def kind_of(code: str) -> ImportKind:
    """Raises Invalid for a code that names no kind."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise Invalid("Choose what this file is.", code="unknown_kind") from None
