"""From blocks to HTML and text: what it looks like, and which mails are refused."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.blocks.registry import parse_blocks
from campaigns.rules.merge import MergeError, UnsafeValue
from campaigns.rules.rendering import Facts, Theme, Unsendable, preview, render_mail

FACTS = Facts(brand_name="Floral", postal_address="1 High Street\nLeeds LS1 1AA")
FOOTER = {"kind": "footer", "reason": "You bought <flowers>."}
HEADING = {"kind": "heading", "text": "Hello"}
NAMES = {"first_name", "code"}


def build(*blocks, subject="A subject", preheader="", facts=FACTS, footer=FOOTER):
    return render_mail(
        parse_blocks([*blocks, *([footer] if footer else [])]),
        subject=subject,
        preheader=preheader,
        theme=Theme(),
        facts=facts,
        allowed=NAMES,
    )


class Reader(HTMLParser):
    """What a mail program would see."""

    def __init__(self, source):
        super().__init__()
        self.text, self.links, self.alts, self.tags = "", [], [], set()
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        given = dict(attrs)
        if tag == "a":
            self.links.append(given.get("href"))
        if tag == "img":
            self.alts.append(given.get("alt"))

    def handle_data(self, data):
        self.text += f" {data} "


def test_html_and_text_say_the_same():
    mail = build(
        {"kind": "heading", "text": 'Hi {{ first_name | default: "Tom & Jerry" }}'},
        {
            "kind": "text",
            "html": '<p>See <a href="https://shop.example/a?b=1&amp;c=2">this</a></p>',
        },
        {"kind": "image", "src": "https://img.example/a.png", "alt": 'A "red" rose'},
        {"kind": "button", "text": "Shop", "href": "https://shop.example/?c={{ code }}"},
        preheader="For you",
    )
    seen = preview(mail, {"code": "a b&c"})
    reader = Reader(seen.html)
    assert "Hi Tom & Jerry" in reader.text
    assert "For you" in reader.text
    assert "You bought <flowers>." in reader.text
    assert "1 High Street" in reader.text
    assert reader.alts == ['A "red" rose']
    assert reader.links == [
        "https://shop.example/a?b=1&c=2",
        "https://shop.example/?c=a%20b%26c",
        "#unsubscribe",
        "#preferences",
    ]
    assert seen.text == (
        "Hi Tom & Jerry\n====================\n\n"
        "See this (https://shop.example/a?b=1&c=2)\n\n"
        '[A "red" rose]\n\n'
        "Shop: https://shop.example/?c=a%20b%26c\n\n"
        "-- \nYou bought <flowers>.\n\nFloral\n1 High Street\nLeeds LS1 1AA\n\n"
        "Unsubscribe: #unsubscribe\nWhat we send you: #preferences\n"
    )


def test_a_link_used_twice_is_one_row_of_the_link_table():
    mail = build(
        {"kind": "button", "text": "A", "href": "https://shop.example/"},
        {"kind": "button", "text": "B", "href": "https://shop.example/"},
        {"kind": "button", "text": "C", "href": "https://shop.example/c"},
    )
    assert len(mail.slots.links) == 2


def test_a_value_with_markup_stays_text():
    mail = build({"kind": "text", "html": "<p>Hi {{ first_name }}</p>"})
    seen = preview(mail, {"first_name": "<script>alert(1)</script>"})
    assert "script" not in Reader(seen.html).tags
    assert "Hi <script>alert(1)</script>" in seen.text


def test_missing_values_are_found_in_subject_body_and_links():
    mail = build(
        {"kind": "button", "text": "A", "href": "https://shop.example/?c={{ code }}"},
        subject="Dear {{ first_name }}",
    )
    assert mail.missing({}) == ["code", "first_name"]
    assert mail.missing({"code": "x", "first_name": "Ada"}) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"footer": None}, "exactly one footer"),
        ({"subject": "  "}, "no subject"),
        ({"facts": Facts("Floral", " ")}, "no postal address"),
    ],
)
def test_incomplete_mails_are_refused(arguments, says):
    with pytest.raises(Unsendable, match=says):
        build(HEADING, **arguments)


def test_an_empty_mail_is_refused():
    with pytest.raises(Unsendable, match="empty"):
        build()


def test_two_footers_are_refused():
    with pytest.raises(Unsendable, match="exactly one footer"):
        build(HEADING, FOOTER)


def test_a_mail_that_would_be_cut_off_is_refused():
    with pytest.raises(Unsendable, match="cut it off"):
        build(*[{"kind": "text", "html": "<p>" + "x" * 49_000 + "</p>"}] * 3)


def test_a_subject_with_a_line_break_is_refused():
    with pytest.raises(UnsafeValue):
        build(HEADING, subject="Hello\r\nBcc: all@example.com")


@pytest.mark.parametrize(
    "href",
    [
        "shop.example",
        "javascript:alert(1)",
        "https://{{ code }}.example/",
        "{{ code }}",
        "https://shop.example\\@evil.example/",
        "https://user@evil.example/",
        "ftp://shop.example/",
        "https:///x",
    ],
)
def test_a_link_needs_a_full_and_constant_web_address(href):
    with pytest.raises(MergeError, match="not a full web address"):
        build({"kind": "button", "text": "A", "href": href})


def test_a_mail_address_is_linked_but_not_tracked():
    mail = build({"kind": "button", "text": "Write", "href": "mailto:help@shop.example"})
    assert mail.slots.links == []
    assert "mailto:help@shop.example" in Reader(preview(mail, {}).html).links


@pytest.mark.parametrize(
    "src", ["javascript:x", "data:text/html,x", "https://x.example/{{ code }}"]
)
def test_an_image_needs_a_constant_web_address(src):
    with pytest.raises(Unsendable, match="image address"):
        build({"kind": "image", "src": src, "alt": "a"})


def test_a_theme_takes_colours_only():
    with pytest.raises(Unsendable, match="not a colour"):
        Theme(accent='red"/><mj-raw>')


printable = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co")), min_size=1, max_size=60
).filter(lambda text: "{{" not in text and text.strip() and not set(text) & set("\u2997\u2998"))


@settings(max_examples=200, deadline=None)
@given(printable)
def test_any_text_comes_out_as_it_went_in(text):
    mail = build(
        {"kind": "heading", "text": text},
        {"kind": "image", "src": "https://img.example/a.png", "alt": text},
    )
    seen = preview(mail, {})
    reader = Reader(seen.html)
    assert reader.alts == [text]
    assert " ".join(text.split()) in " ".join(reader.text.split())
    assert text.strip() in seen.text


@pytest.mark.parametrize(
    "html",
    [
        "<p><strong>a {% if code %}b</strong>{% endif %}</p>",
        "<p>{% if code %}<em>a{% else %}b</em>{% endif %}</p>",
        "<ul>{% if code %}<li>a{% endif %}</li></ul>",
    ],
)
def test_a_condition_that_would_leave_html_open_is_refused(html):
    with pytest.raises(MergeError, match="side by side"):
        build({"kind": "text", "html": html})


@pytest.mark.parametrize(
    "html",
    [
        "<p>a {% if code %}<strong>b</strong>{% endif %}</p>",
        "<p>a {% if code %}</p><p>b{% endif %}</p>",
        "<ul>{% if code %}<li>a</li>{% endif %}</ul>",
        "<p>{% if code %}</p><ul><li>a</li></ul><p>{% endif %}</p>",
    ],
)
def test_a_condition_around_whole_html_is_fine(html):
    seen = preview(build({"kind": "text", "html": html}), {"code": "x"})
    assert "a" in seen.text
