"""QR codes (ISO/IEC 18004): an address that a telephone reads off a screen or a card."""

import io

import segno

# Light modules around the code, as the standard asks for.
QUIET = 4


def qr_svg(text: str) -> str:
    """An `<svg>` to stand in a page: black on white in any theme, as large as its box."""
    return segno.make(text, error="m", micro=False).svg_inline(
        border=QUIET,
        light="#fff",
        dark="#000",
        omitsize=True,
        svgclass=None,
        lineclass=None,
    )


def qr_png(text: str, *, scale: int = 8) -> bytes:
    """A PNG for mails, `scale` pixels per module."""
    image = io.BytesIO()
    segno.make(text, error="m", micro=False).save(image, kind="png", border=QUIET, scale=scale)
    return image.getvalue()
