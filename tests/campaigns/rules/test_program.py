"""The byte program: each copy reads back through Python's parser exactly as it was written."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.blocks.registry import parse_blocks
from campaigns.rules.merge import UnsafeValue
from campaigns.rules.program import Identity, Recipient, Signers, compile_program, mail_date
from campaigns.rules.rendering import Facts, Theme, Unsendable, preview, render_mail
from config.kit.tokens import Purpose, Ticket, make_keyring, read_ticket, signer

RING = make_keyring({"1": "secret"})
DATE = mail_date(datetime(2026, 2, 14, 9, 30, tzinfo=UTC))
IDENTITY = Identity(
    name="Blumen Müller",
    address="shop@floral.example",
    reply_to="help@floral.example",
    list_id="floral.rapport.example",
    base_url="https://r.example",
    feedback_id="41:3:rapport",
)
BLOCKS = [
    {"kind": "heading", "text": "Hi {{ first_name | default: 'there' }} 🌹"},
    {"kind": "text", "html": "<p>.leading dots\n.and</p><p>{{ first_name }}, an = sign.</p>"},
    {"kind": "image", "src": "https://img.example/a.png", "alt": "❤️ {{ first_name }}"},
    {"kind": "button", "text": "Shop", "href": "https://shop.example/?c={{ code }}"},
    {"kind": "button", "text": "Again", "href": "https://shop.example/again"},
    {"kind": "footer"},
]


def sign(purpose):
    return signer(RING, purpose, brand_id=3, campaign_id=41)


SIGNERS = Signers(sign(Purpose.CLICK), sign(Purpose.UNSUBSCRIBE), sign(Purpose.MESSAGE))


def rendered(subject="For {{ first_name }}", blocks=BLOCKS):
    return render_mail(
        parse_blocks(blocks),
        subject=subject,
        preheader="Only today",
        theme=Theme(),
        facts=Facts("Blumen Müller", "1 High Street\nLeeds"),
        allowed={"first_name", "code"},
    )


RENDERED = rendered()
PROGRAM = compile_program(RENDERED, identity=IDENTITY, signers=SIGNERS)


def copy_for(first_name, customer_id=7, address="ada@example.com", program=PROGRAM):
    values = {"first_name": first_name, "code": "X1"}
    return program.render(Recipient(customer_id, address, values), date=DATE)


def read(mail):
    message = message_from_bytes(mail.content, policy=default)
    text, html = message.iter_parts()
    contents = [part.get_content().replace("\r\n", "\n") for part in (text, html)]
    return message, *contents


def with_tokens(customer_id=7):
    """Link number (0: unsubscribe) to the address that this customer gets."""
    return {
        0: f"https://r.example/u/{SIGNERS.unsubscribe(customer_id, 0)}",
        1: f"https://r.example/c/{SIGNERS.click(customer_id, 1)}",
        2: f"https://r.example/c/{SIGNERS.click(customer_id, 2)}",
    }


def expected(first_name, customer_id=7):
    """Text and HTML by the other path: the preview, with its addresses exchanged for tokens."""
    seen = preview(RENDERED, {"first_name": first_name, "code": "X1"})
    links = with_tokens(customer_id)
    pairs = [
        ("#unsubscribe", links[0]),
        ("#preferences", links[0].replace("/u/", "/p/")),
        ("https://shop.example/?c=X1", links[1]),
        ("https://shop.example/again", links[2]),
    ]
    text, html = seen.text, seen.html
    for plain, tracked in pairs:
        text, html = text.replace(plain, tracked), html.replace(plain, tracked)
    return text, html.rstrip("\n") + "\n"


def test_the_headers_are_all_there():
    message, _, _ = read(copy_for("Ada"))
    assert str(message["From"]) == "Blumen Müller <shop@floral.example>"
    assert str(message["To"]) == "ada@example.com"
    assert str(message["Subject"]) == "For Ada"
    assert str(message["Date"]) == "Sat, 14 Feb 2026 09:30:00 +0000"
    assert str(message["Reply-To"]) == "help@floral.example"
    assert message["List-Unsubscribe"] == f"<{with_tokens()[0]}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "<floral.rapport.example>" in message["List-Id"]
    assert message["Feedback-ID"] == "41:3:rapport"
    assert message.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in message.iter_parts()] == ["text/plain", "text/html"]
    assert message.defects == []


def test_the_message_id_is_the_same_each_time_and_can_be_read_back():
    first, second = read(copy_for("Ada"))[0], read(copy_for("Bob"))[0]
    assert first["Message-ID"] == second["Message-ID"] == PROGRAM.message_id(7)
    token = first["Message-ID"].strip("<>").partition("@")[0]
    assert read_ticket(RING, Purpose.MESSAGE, token) == Ticket(3, 41, 7)
    assert read(copy_for("Ada", customer_id=8))[0]["Message-ID"] != first["Message-ID"]


@pytest.mark.parametrize(
    "name",
    ["Ada", "", "Zoë 🌹", ".dot", "a=b", "x" * 300, "<b>&\"'", "- ", "From me", "{{ code }}"],
)
def test_a_copy_reads_back_as_it_was_written(name):
    _, text, html = read(copy_for(name))
    assert (text, html) == expected(name)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Zl", "Zp"))))
def test_any_value_reads_back(name):
    mail = copy_for(name)
    message, text, html = read(mail)
    assert (text, html) == expected(name)
    assert str(message["Subject"]).split() == f"For {name[:2000]}".split()


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Zl", "Zp"))))
def test_every_copy_is_clean_smtp(name):
    content = copy_for(name).content
    assert content.endswith(b"\r\n")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 120
    assert not any(line.startswith(b".") for line in lines)


def test_links_are_tokens_and_the_table_keeps_the_targets():
    _, text, html = read(copy_for("Ada"))
    assert RENDERED.slots.targets == [
        "https://shop.example/?c={{ code }}",
        "https://shop.example/again",
    ]
    assert "shop.example" not in text + html
    token = with_tokens()[1].rpartition("/")[2]
    assert read_ticket(RING, Purpose.CLICK, token) == Ticket(3, 41, 7, link=1)


@pytest.mark.parametrize("bad", ["Ada\r\nBcc: x@example.com", "Ada\n"])
def test_a_value_with_a_line_break_never_becomes_a_header(bad):
    with pytest.raises(UnsafeValue):
        copy_for(bad)


def test_an_unsafe_address_is_refused():
    with pytest.raises(UnsafeValue):
        copy_for("Ada", address="ada@example.com>\r\nRCPT TO:<x@example.com>")


@pytest.mark.parametrize("base_url", ["", "javascript:x", 'https://x.example/"', "https://x\r\n"])
def test_a_bad_base_url_is_refused(base_url):
    identity = Identity("A", "a@floral.example", "", "floral.example", base_url)
    with pytest.raises(Unsendable):
        compile_program(RENDERED, identity=identity, signers=SIGNERS)


def test_overlong_header_lines_are_refused():
    identity = Identity(
        "A", "a@floral.example", "", "x.example", "https://" + "a" * 950 + ".example"
    )
    with pytest.raises(Unsendable, match="too long"):
        compile_program(RENDERED, identity=identity, signers=SIGNERS)


def test_compiling_twice_gives_the_same_bytes():
    again = compile_program(rendered(), identity=IDENTITY, signers=SIGNERS)
    assert copy_for("Ada", program=again) == copy_for("Ada")


ROWS = {
    "last_order": (
        {"item.title": "Red tulips & co", "item.total": "1200"},
        {"item.title": "A vase" * 30, "item.total": "90000"},
    )
}
CHOOSING = [
    {
        "kind": "text",
        "html": "<p>{% if first_name == 'Ada' %}</p>"
        + '<p>Dear <a href="https://shop.example/ada">{{ first_name }}</a>.</p>'
        "<p>{% else %}</p><p>Hello.</p><p>{% endif %}</p>"
        "<ul>{% for item in last_order %}<li>{{ item.title }}: {{ item.total | money }}"
        "{% if item.total &gt; 10000 %} (thank you!){% endif %}</li>{% endfor %}</ul>",
    },
    {"kind": "heading", "text": "{% if code %}Code <{{ code }}>{% endif %}"},
    {"kind": "footer"},
]


def choosing():
    return render_mail(
        parse_blocks(CHOOSING),
        subject="{% if first_name %}For {{ first_name }}{% else %}For you{% endif %}",
        preheader="",
        theme=Theme(),
        facts=Facts("Blumen Müller", "1 High Street\nLeeds"),
        allowed={"first_name", "code", "last_order.title", "last_order.total"},
    )


@pytest.mark.parametrize("first_name", ["Ada", "Bob", ""])
@pytest.mark.parametrize("lists", [{}, ROWS])
def test_conditions_and_loops_read_the_same_in_the_program_as_in_the_preview(first_name, lists):
    mail = choosing()
    program = compile_program(mail, identity=IDENTITY, signers=SIGNERS)
    values = {"first_name": first_name, "code": "X1"}
    person = Recipient(7, "ada@example.com", values, lists)
    message, text, html = read(program.render(person, date=DATE))
    seen = preview(mail, values, lists)
    links = with_tokens()

    def tracked(shown):
        exchanged = shown.replace("#unsubscribe", links[0])
        exchanged = exchanged.replace("#preferences", links[0].replace("/u/", "/p/"))
        return exchanged.replace("https://shop.example/ada", links[1])

    assert str(message["Subject"]) == seen.subject == f"For {first_name or 'you'}"
    assert text == tracked(seen.text)
    assert html == tracked(seen.html).rstrip("\n") + "\n"
    assert ("Hello." in text) == (first_name != "Ada")
    assert ("Red tulips & co: £12.00" in text) == bool(lists)
    assert ("£900.00 (thank you!)" in text) == bool(lists)
    assert "Code &lt;X1&gt;" in html
    assert "<p></p>" not in html.replace(" ", "")


def test_a_link_in_a_branch_has_the_brands_colour():
    html = preview(choosing(), {"first_name": "Ada"}).html
    assert '<a style="color:#3b5bdb" href="https://shop.example/ada">' in html


def test_a_mail_says_whether_it_needs_rows():
    assert compile_program(choosing(), identity=IDENTITY, signers=SIGNERS).has_lists
    assert not PROGRAM.has_lists


def test_the_trap_and_the_picture_end_the_page_and_nothing_else_changes():
    watched = replace(SIGNERS, open=sign(Purpose.OPEN))
    program = compile_program(RENDERED, identity=IDENTITY, signers=watched)
    _, text, html = read(copy_for("Ada", program=program))
    trap = f"https://r.example/c/{SIGNERS.click(7, 0)}"
    picture = f"https://r.example/o/{watched.open(7, 0)}"
    added = (
        f'<a href="{trap}" style="display:none" tabindex="-1" aria-hidden="true"></a>'
        f'<img src="{picture}" width="1" height="1" alt="">'
    )
    plain, without = expected("Ada")
    assert (text, html) == (plain, without.replace("</body>", f"{added}</body>"))
    assert html.count(added) == 1
    assert read_ticket(RING, Purpose.OPEN, picture.rpartition("/")[2]) == Ticket(3, 41, 7)
