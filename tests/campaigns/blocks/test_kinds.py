"""What the wider kinds of blocks look like in HTML and in plain text."""

import pytest

from campaigns.blocks.registry import parse_blocks
from campaigns.rules.merge import MergeError
from campaigns.rules.offers import Card
from campaigns.rules.program import Recipient
from campaigns.rules.rendering import Facts, Theme, Unsendable, preview, render_mail
from tests.campaigns.rules.test_program import DATE, IDENTITY, SIGNERS, compile_program, read
from tests.campaigns.rules.test_rendering import Reader

TIMES = "\N{MULTIPLICATION SIGN}"
FOOTER = {"kind": "footer"}
NAMES = {"city", "coupon", "last_order.title", "last_order.quantity", "last_order.total"}
OFFER = {
    "referral.headline": "Give £10, get £10",
    "referral.intro": "Share & save",
    "referral.link": "https://mail.example/me/abc",
    "referral.code": "RAE-7K3Q",
    "referral.qr": "https://mail.example/r/floral/RAE-7K3Q/qr.png",
}
PARTNERS = {
    "partner_offer.headline": "Dinner <for> two",
    "partner_offer.text": "At Lucia's",
    "partner_offer.link": "https://mail.example/offers/abc",
}
LINES = {
    "last_order": (
        {"item.title": "Tulips & <co>", "item.quantity": "2", "item.total": "1250"},
        {"item.title": "Vase", "item.quantity": "1", "item.total": "900"},
    )
}


def card(number, **fields):
    values = {"title": f"Rose {number}", "url": f"https://shop.example/{number}"}
    return Card(id=number, **{**values, "price_minor": number * 100, **fields})


def build(*blocks, offers=None):
    return render_mail(
        parse_blocks([*blocks, FOOTER]),
        subject="Hello",
        preheader="",
        theme=Theme(),
        facts=Facts("Floral", "1 High Street"),
        allowed=NAMES | OFFER.keys() | PARTNERS.keys() | {"partner_offer.asks"},
        offers=offers,
    )


def text_of(mail, values=None, lists=None):
    """The plain text before the footer."""
    return preview(mail, values or {}, lists or {}).text.partition("-- \n")[0].strip()


def test_columns_hold_pictures_text_and_buttons():
    mail = build(
        {
            "kind": "columns",
            "left_src": "https://img.example/a.png",
            "left_alt": "A rose",
            "left_html": "<p>Left of {{ city }}</p>",
            "right_html": '<p>Right <a href="https://shop.example/r">here</a></p>',
            "right_label": "Go",
            "right_href": "https://shop.example/go",
        }
    )
    seen = preview(mail, {"city": "York"})
    reader = Reader(seen.html)
    assert reader.alts == ["A rose"]
    assert reader.links[:2] == ["https://shop.example/r", "https://shop.example/go"]
    assert text_of(mail, {"city": "York"}) == (
        "[A rose]\nLeft of York\n\nRight here (https://shop.example/r)\nGo: https://shop.example/go"
    )


@pytest.mark.parametrize(
    ("side", "says"),
    [
        ({"left_src": "https://img.example/a.png"}, "Describe the image"),
        ({"right_label": "Go"}, "leads nowhere"),
        ({"left_src": "/a.png", "left_alt": "A"}, "full one that starts with https"),
    ],
)
def test_half_a_column_is_refused(side, says):
    with pytest.raises(Unsendable, match=says):
        build({"kind": "columns", **side})


def test_products_show_price_and_picture_and_escape_the_shops_words():
    cards = [
        card(1, title="{{ city }} <b>", image="https://img.example/1.png", was_minor=250),
        card(2, title="{% if city %}", url="https://shop.example/{{ city }}?a=1&b=2"),
    ]
    mail = build({"kind": "products", "id": "p", "count": 2, "per_row": 2}, offers={"p": cards})
    reader = Reader(preview(mail, {"city": "York"}).html)
    assert "{{ city }} <b>" in reader.text
    assert "{% if city %}" in reader.text
    assert "£1.00" in reader.text
    assert "£2.50" in reader.text
    assert reader.alts == ["{{ city }} <b>"]
    assert [link for link in reader.links if link.startswith("https:")] == [
        *["https://shop.example/1"] * 2,
        "https://shop.example/%7B%7B%20city%20%7D%7D?a=1&b=2",
    ]
    assert text_of(mail) == (
        "- {{ city }} <b>, £1.00: https://shop.example/1\n"
        "- {% if city %}, £2.00: https://shop.example/%7B%7B%20city%20%7D%7D?a=1&b=2"
    )


def test_a_sold_out_product_is_replaced_by_the_next_and_links_keep_their_numbers():
    block = {"kind": "products", "id": "p", "count": 2, "prices": "hidden"}
    cards = [card(1), card(2), card(3)]
    sold = [card(1), card(2, is_available=False), card(3)]
    before, after = build(block, offers={"p": cards}), build(block, offers={"p": sold})
    assert before.slots.targets == after.slots.targets == [each.url for each in cards]
    assert text_of(before) == "- Rose 1: https://shop.example/1\n- Rose 2: https://shop.example/2"
    assert text_of(after) == "- Rose 1: https://shop.example/1\n- Rose 3: https://shop.example/3"


def test_a_block_without_any_product_is_dropped():
    gone = [card(1, is_available=False)]
    mail = build(
        {"kind": "products", "id": "p"}, {"kind": "quote", "text": "Hi"}, offers={"p": gone}
    )
    assert text_of(mail) == '"Hi"'


def test_the_last_order_is_written_line_by_line_for_those_who_have_one():
    mail = build({"kind": "order"}, {"kind": "heading", "text": "More", "level": 2})
    assert mail.has_lists
    assert text_of(mail, lists=LINES) == (
        f"Your last order\n- Tulips & <co> {TIMES} 2: £12.50\n- Vase {TIMES} 1: £9.00\n\n\nMore"
    )
    assert text_of(mail) == "More"
    reader = Reader(preview(mail, {}, LINES).html)
    assert f"Tulips & <co> {TIMES} 2" in " ".join(reader.text.split())
    assert "Your last order" not in Reader(preview(mail, {}).html).text


def test_a_reward_code_is_the_readers_own_and_missing_ones_are_told():
    mail = build({"kind": "coupon", "note": "Until Sunday"})
    assert text_of(mail, {"coupon": "ADA-7"}) == "Your code: ADA-7\nUntil Sunday"
    assert "ADA-7" in Reader(preview(mail, {"coupon": "ADA-7"}).html).text
    assert mail.missing({}) == ["coupon"]


def test_social_links_need_one_address():
    mail = build({"kind": "social", "instagram": "https://instagram.example/f"})
    assert text_of(mail) == "Instagram: https://instagram.example/f"
    with pytest.raises(Unsendable, match="no link yet"):
        build({"kind": "social"})


@pytest.mark.parametrize(
    "block",
    [
        {"kind": "quote", "text": "For York", "author": "Rae"},
        {"kind": "columns", "left_html": "<p>For York</p>"},
        {"kind": "products", "id": "p", "count": 1},
        {"kind": "order", "text": "For York"},
    ],
)
def test_a_block_for_some_is_read_by_them_alone(block):
    """In the preview and in the mail that is sent; what is left is whole HTML either way."""
    offers = {"p": [card(1, title="For York")]}
    mail = build({**block, "only_if": 'city == "York"'}, {"kind": "divider"}, offers=offers)
    program = compile_program(mail, identity=IDENTITY, signers=SIGNERS)
    for city in ("York", "Leeds"):
        seen = preview(mail, {"city": city}, LINES)
        copy = program.render(Recipient(7, "a@example.com", {"city": city}, LINES), date=DATE)
        _, text, html = read(copy)
        is_read = city == "York"
        assert ("For York" in seen.html) is is_read
        assert ("For York" in html) is is_read
        assert ("For York" in text) is is_read
        for tag in ("table", "tr", "td", "div"):
            assert html.count(f"<{tag}") == html.count(f"</{tag}>")


@pytest.mark.parametrize(
    ("condition", "says"),
    [("nobody", 'no personal field "nobody"'), ("city =", "a condition looks like")],
)
def test_a_condition_nobody_can_meet_is_refused(condition, says):
    with pytest.raises(MergeError, match=says):
        build({"kind": "divider", "only_if": condition})


def test_the_referral_offer_is_in_the_readers_own_values():
    mail = build({"kind": "referral", "button": "Get my link"})
    assert mail.has_lists
    seen = preview(mail, OFFER)
    assert text_of(mail, OFFER) == (
        "Give £10, get £10\nShare & save\nGet my link: https://mail.example/me/abc"
    )
    assert 'href="https://mail.example/me/abc"' in seen.html
    assert "Share &amp; save" in seen.html
    assert 'src="https://mail.example/r/floral/RAE-7K3Q/qr.png"' in seen.html
    assert mail.slots.targets == ["{{ referral.link }}"]


def test_who_is_shown_no_offer_gets_a_whole_mail_without_it_and_no_gap():
    mail = build({"kind": "text", "html": "<p>Hello</p>"}, {"kind": "referral"})
    seen = preview(mail, {})
    assert "Share with a friend" not in seen.html
    assert seen.html.count("<table") == seen.html.count("</table>")
    assert mail.missing({}) == []
    not_joined = {**OFFER, "referral.qr": ""}
    assert "qr.png" not in preview(mail, not_joined).html
    assert mail.missing(not_joined) == []


def test_a_partners_offer_is_for_those_who_may_see_it_and_the_question_for_those_to_ask():
    mail = build({"kind": "partner_offer"}, {"kind": "partner_offer", "show": "question"})
    assert mail.slots.targets == ["{{ partner_offer.link }}"]
    link = {"partner_offer.link": PARTNERS["partner_offer.link"]}
    assert text_of(mail, PARTNERS) == (
        "Dinner <for> two\nAt Lucia's\nSee the offer: https://mail.example/offers/abc"
    )
    assert "Dinner &lt;for&gt; two" in preview(mail, PARTNERS).html
    assert text_of(mail, {**link, "partner_offer.asks": "yes"}) == (
        "Would you like offers from businesses we choose, sent by us?\n"
        "See the offer: https://mail.example/offers/abc"
    )
    nothing = preview(mail, link)
    assert text_of(mail, link) == ""
    assert nothing.html.count("<table") == nothing.html.count("</table>")
    assert mail.missing(link) == []


def test_a_link_of_the_readers_own_must_be_one():
    mail = build({"kind": "button", "text": "Share", "href": "{{ referral.link }}"})
    assert mail.missing({}) == ["referral.link"]
    with pytest.raises(MergeError, match="not a full web address"):
        preview(mail, {"referral.link": "javascript:alert(1)"})
