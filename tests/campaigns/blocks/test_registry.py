"""From stored JSON to blocks: every kind is read, every mistake is named."""

import pytest

from campaigns.blocks.registry import KINDS, BadBlocks, parse_blocks

EXAMPLES = {
    "heading": {"kind": "heading", "text": "Hello"},
    "text": {"kind": "text", "html": "<p>Hello</p>"},
    "image": {"kind": "image", "src": "https://img.example/a.png", "alt": "A rose"},
    "button": {"kind": "button", "text": "Shop", "href": "https://shop.example/"},
    "columns": {"kind": "columns", "left_html": "<p>L</p>", "right_html": "<p>R</p>"},
    "products": {"kind": "products", "rule": "newest", "count": 2},
    "order": {"kind": "order"},
    "coupon": {"kind": "coupon", "note": "Until Sunday"},
    "quote": {"kind": "quote", "text": "Lovely"},
    "referral": {"kind": "referral", "button": "Get my link"},
    "partner_offer": {"kind": "partner_offer", "show": "question"},
    "social": {"kind": "social", "instagram": "https://instagram.example/floral"},
    "divider": {"kind": "divider", "only_if": "city"},
    "spacer": {"kind": "spacer"},
    "footer": {"kind": "footer"},
}


def test_every_kind_has_an_example_here():
    assert set(EXAMPLES) == set(KINDS)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_is_read_and_stored_again(kind):
    (block,) = parse_blocks([EXAMPLES[kind]])
    assert block.stored().items() >= EXAMPLES[kind].items()
    assert parse_blocks([block.stored()]) == [block]


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_editor_has_an_input_for_every_field(kind):
    inputs = {f.name for f in KINDS[kind].form_fields()}
    outside = {"id", "only_if"} if kind == "footer" else {"id"}
    assert inputs == set(KINDS[kind].__struct_fields__) - outside
    assert KINDS[kind].label
    assert KINDS[kind].icon


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({"kind": "heading"}, 'Block 1 (Heading): Object missing required field "text"'),
        ({"kind": "heading", "text": ""}, "Block 1 (Heading, text): "),
        ({"kind": "heading", "text": "x" * 301}, "Block 1 (Heading, text): "),
        ({"kind": "spacer", "height": 1000}, "Block 1 (Space, height): "),
        ({"kind": "text", "html": "a", "onload": "x"}, "Block 1 (Text): Object contains unknown"),
        ({"kind": "script"}, "Block 1 (unknown kind, kind): "),
        ("heading", "Block 1 (unknown kind): "),
        ({"kind": "heading", "text": "a", "align": "left;x"}, "Block 1 (Heading, align): "),
    ],
)
def test_mistakes_name_block_and_field(block, says):
    with pytest.raises(BadBlocks) as refused:
        parse_blocks([block])
    assert refused.value.message.startswith(says)


def test_numbers_may_come_as_text_from_a_form():
    (block,) = parse_blocks([{"kind": "heading", "text": "Hello", "level": "2", "id": "b1"}])
    assert (block.level, block.id) == (2, "b1")


def test_a_mail_has_at_most_100_blocks():
    with pytest.raises(BadBlocks, match="too many"):
        parse_blocks([EXAMPLES["divider"]] * 101)


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("<p onclick=x>a</p>", "<p>a</p>"),
        ("a<script>alert(1)</script>b", "ab"),
        ('<a href="javascript:alert(1)">a</a>', "<a>a</a>"),
        ('<p style="position:fixed">a</p><iframe src=x></iframe>', "<p>a</p>"),
        ("<b>open", "<b>open</b>"),
        ("<!-- <p>x</p> -->a", "a"),
        ("<style>p{}</style><img src=x onerror=y>a", "a"),
    ],
)
def test_text_is_cleaned_when_it_is_read(dirty, clean):
    (block,) = parse_blocks([{"kind": "text", "html": dirty}])
    assert block.html == clean
