"""QR codes as pages and mails carry them."""

import io

from PIL import Image

from config.kit.qr import qr_png, qr_svg

ADDRESS = "https://rapport.example/r/floral/ANNA-7K3Q?c=qr"


def test_the_same_address_is_the_same_picture_on_pages_and_in_mails():
    drawn = Image.open(io.BytesIO(qr_png(ADDRESS, scale=1)))
    # Version 4 has 33 modules a side, and four of margin around them.
    assert drawn.size == (41, 41)
    assert 'viewBox="0 0 41 41"' in qr_svg(ADDRESS)
    # The three finders of the standard: a dark corner, but none at the lower right.
    dark = [drawn.convert("L").getpixel(place) == 0 for place in ((4, 4), (36, 4), (4, 36))]
    assert dark == [True, True, True]
    assert qr_png(ADDRESS) == qr_png(ADDRESS)


def test_an_svg_holds_no_style_and_no_words_of_the_address():
    svg = qr_svg('https://x.example/"><script>')
    assert "script" not in svg
    assert "style" not in svg
