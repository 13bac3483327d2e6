"""The merge language: what it says, what it refuses, and that values stay values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.filters import Formats
from campaigns.rules.merge import (
    MergeError,
    Place,
    UnsafeValue,
    compile_text,
    escape,
)

NAMES = {"first_name", "city", "total_spent", "last_order_on"}


def render(text, values, place=Place.TEXT, formats=None):
    return compile_text(text, NAMES).render(values, place, formats)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("Hi {{ first_name }}!", {"first_name": "Ada"}, "Hi Ada!"),
        ("Hi {{first_name}}!", {"first_name": "Ada"}, "Hi Ada!"),
        ('Hi {{ first_name | default: "there" }}!', {}, "Hi there!"),
        ('Hi {{ first_name|default:"there" }}!', {"first_name": "  "}, "Hi there!"),
        ("Hi {{ first_name | default: 'there' | upper }}", {}, "Hi THERE"),
        ("{{ first_name | lower }}", {"first_name": "ADA"}, "ada"),
        ("{{ first_name | capitalize }}", {"first_name": "mcKay"}, "McKay"),
        ("{{ last_order_on | date }}", {"last_order_on": "2026-02-14"}, "14 February 2026"),
        ("{{ last_order_on | date }}", {"last_order_on": "soon"}, "soon"),
        ("{{ total_spent | money }}", {"total_spent": "123450"}, "£1,234.50"),
        ("{{ total_spent | money }}", {"total_spent": "1e9"}, "1e9"),
        ("no tag } }} { here", {}, "no tag } }} { here"),
        ("", {}, ""),
        ("{{ first_name }}{{ city }}", {"first_name": "A", "city": "B"}, "AB"),
    ],
)
def test_tags_become_values(text, values, expected):
    assert render(text, values) == expected


def test_money_follows_the_brand():
    assert render("{{ total_spent | money }}", {"total_spent": "5000"}, formats=Formats("JPY")) == (
        "¥5,000"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "a\nbc {{ oops }}",
            'Line 2, column 4: there is no personal field "oops"; known are: city',
        ),
        ("{{ first_name", "Line 1, column 1: a personal field looks like"),
        ("{{ first_name.password }}", "a personal field looks like"),
        ("{{ first_name | center: 100 }}", "a personal field looks like"),
        ('{{ first_name | center: "100000000" }}', 'there is no filter "center"; known are: cap'),
        ("{{ first_name | default }}", 'the filter "default" needs value in quotes'),
        ('{{ first_name | upper: "x" }}', 'the filter "upper" takes no value in quotes'),
        ("{{ }}", "a personal field looks like"),
        ("{{{ first_name }}}", "a personal field looks like"),
        ("{{ first_name }} {{ __class__ }}", 'there is no personal field "__class__"'),
    ],
)
def test_mistakes_are_refused_with_their_place(text, says):
    with pytest.raises(MergeError) as refused:
        compile_text(text, NAMES)
    assert says in refused.value.message


def test_values_are_never_evaluated_again():
    values = {"first_name": "{{ city }}", "city": "secret"}
    assert render("{{ first_name }}", values) == "{{ city }}"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place.HTML, "&lt;b&gt;&quot;A&amp;B&#x27;"),
        (Place.URL, "%3Cb%3E%22A%26B%27"),
        (Place.TEXT, "<b>\"A&B'"),
        (Place.HEADER, "<b>\"A&B'"),
    ],
)
def test_values_are_escaped_for_their_place(place, expected):
    assert escape("<b>\"A&B'", place) == expected


def test_constants_are_kept_as_they_are():
    assert render("<b>{{ city }}</b>", {"city": "<i>"}, Place.HTML) == "<b>&lt;i&gt;</b>"


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@example.com", "a\nb", "a\x00", "a\u2028b", "\ud800"])
def test_control_characters_never_reach_a_header(bad):
    with pytest.raises(UnsafeValue):
        render("Hello {{ first_name }}", {"first_name": bad}, Place.HEADER)


def test_control_characters_are_dropped_from_bodies():
    assert escape("a\x00\x1b[1m\nb\ud800\ue000c", Place.TEXT) == "a[1m\nbc"


def test_missing_values_are_reported_unless_they_have_a_fallback():
    template = compile_text('{{ first_name | default: "x" }} {{ city }} {{ city }}', NAMES)
    assert template.missing({}) == ["city"]
    assert template.missing({"city": " "}) == ["city"]
    assert template.missing({"city": "Leeds"}) == []


def test_sizes_are_limited():
    with pytest.raises(MergeError, match="too long"):
        compile_text("x" * 200_001, NAMES)
    with pytest.raises(MergeError, match="too many"):
        compile_text("{{ city }} " * 1_001, NAMES)
    assert len(render("{{ city }}", {"city": "x" * 10_000})) == 2_000


@given(st.text(), st.text())
def test_any_value_stays_inside_a_quoted_attribute(before, value):
    out = escape(before + value, Place.HTML)
    assert not set(out) & set("<>\"'")


@given(st.text())
def test_any_text_compiles_or_says_why(text):
    try:
        template = compile_text(text, NAMES)
    except MergeError:
        assert "{{" in text or "{%" in text
        return
    assert "".join(part for part in template.parts if isinstance(part, str)) == text


@pytest.mark.parametrize("text", ["{% if" + " " * 50_000 + "x", "{%" + " " * 50_000 + "x"])
def test_blanks_without_end_are_refused_at_once(text):
    # Matched in every division of the blanks, this would not end today.
    with pytest.raises(MergeError, match="a condition looks like"):
        compile_text(text, {"x"})
