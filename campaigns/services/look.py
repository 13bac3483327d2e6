"""How a brand's mails look: for drafts at once, for what was launched never."""

import msgspec

from accounts.models.brands import Brand
from accounts.services.brands import update_brand
from campaigns.blocks.image.block import check_picture
from campaigns.rules.rendering import CORNERS, FONTS
from campaigns.selectors.content import ACCENT, Look
from config.kit.colours import READABLE, contrast, is_hex
from config.kit.errors import Invalid

_NAMES = {"ink": "text", "surface": "card", "background": "background"}


def set_look(*, brand: Brand, look: Look) -> None:
    """Raises Invalid for a look in which something could not be read, or no mail could show."""
    for name, label in _NAMES.items():
        if not is_hex(getattr(look, name)):
            raise _refused(name, f"Write the {label}'s colour as # and six signs, like #1f2328.")
    if look.font not in FONTS:
        raise _refused("font", f"Choose one of: {', '.join(FONTS)}.")
    if look.corners not in CORNERS:
        raise _refused("corners", f"Choose one of: {', '.join(CORNERS)}.")
    if look.logo:
        check_picture(look.logo)
    accent = str(brand.theme.get("colour", "")) or ACCENT
    for name, on in (("ink", "surface"), ("ink", "background"), ("accent", "surface")):
        colour = accent if name == "accent" else getattr(look, name)
        found = contrast(colour, getattr(look, on))
        if found < READABLE:
            what = "Links in the brand's colour" if name == "accent" else "Text"
            raise _refused(
                on,
                f"{what} could not be read on this {_NAMES[on]} ({found:.1f} to 1; {READABLE} is "
                "needed). Choose a colour further away.",
            )
    update_brand(brand=brand, theme={**brand.theme, "mail": msgspec.to_builtins(look)})


def _refused(field: str, message: str) -> Invalid:
    return Invalid(message, fields={field: message})
