"""Conditions and loops of the merge language: what they show, refuse, and cannot do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.merge import MAX_ITEMS, MergeError, Place, compile_text

NAMES = {"first_name", "city", "orders_count", "last_order_on", "lines.title", "lines.total"}
ROWS = {"lines": ({"item.title": "Tulips", "item.total": "1200"}, {"item.title": "<b>"})}


def render(text, values=None, lists=None, place=Place.TEXT):
    return compile_text(text, NAMES).render(values or {}, place, lists=lists or {})


@pytest.mark.parametrize(
    ("condition", "values", "holds"),
    [
        ("city", {"city": "Leeds"}, True),
        ("city", {"city": "  "}, False),
        ("not city", {}, True),
        ('city == "leeds"', {"city": "Leeds"}, True),
        ("city != 'Leeds'", {"city": "York"}, True),
        ('not city == "Leeds"', {"city": "York"}, True),
        ("orders_count >= 3", {"orders_count": "10"}, True),
        ("orders_count < 3", {"orders_count": "10"}, False),
        ("orders_count == 3.0", {"orders_count": "3"}, True),
        ("orders_count < 3", {"orders_count": "none"}, False),
        ("orders_count < 3", {}, False),
        ('last_order_on < "2026-01-01"', {"last_order_on": "2025-12-31"}, True),
        ('last_order_on < "2026-01-01"', {}, False),
        ("city and first_name", {"city": "Leeds"}, False),
        ("city or first_name", {"city": "Leeds"}, True),
        ('city == "Stratford and Avon" and first_name', {"city": "York"}, False),
        ("lines", {}, False),
    ],
)
def test_a_condition_holds(condition, values, holds):
    assert render(f"{{% if {condition} %}}yes{{% else %}}no{{% endif %}}", values) == (
        "yes" if holds else "no"
    )


def test_the_first_branch_that_holds_is_read():
    text = (
        "{% if orders_count >= 5 %}dear{% elif orders_count >= 2 %}known{% elif city %}near"
        "{% else %}new{% endif %}!"
    )
    assert render(text, {"orders_count": "5"}) == "dear!"
    assert render(text, {"orders_count": "2"}) == "known!"
    assert render(text, {"city": "York"}) == "near!"
    assert render(text) == "new!"


def test_conditions_stand_in_each_other():
    text = "{% if city %}a{% if first_name %}b{% endif %}c{% endif %}d"
    assert render(text, {"city": "York", "first_name": "Ada"}) == "abcd"
    assert render(text, {"city": "York"}) == "acd"
    assert render(text) == "d"


def test_a_loop_goes_over_rows_and_values_are_escaped_in_it():
    text = (
        "{% if lines %}{% for item in lines %}[{{ item.title }}{{ city }}]{% endfor %}{% endif %}"
    )
    assert render(text, {"city": "!"}, ROWS, Place.HTML) == "[Tulips!][&lt;b&gt;!]"
    assert render(text) == ""


def test_a_loop_shows_a_bounded_number_of_rows():
    rows = {"lines": tuple({"item.title": str(n)} for n in range(100))}
    assert render("{% for item in lines %}x{% endfor %}", lists=rows) == "x" * MAX_ITEMS


def test_only_what_is_read_can_be_missing():
    template = compile_text(
        "{% if city %}{{ city }}{% else %}{{ first_name }}{% endif %}"
        "{% for item in lines %}{{ item.total }}{% endfor %}",
        NAMES,
    )
    assert template.missing({"city": "York"}) == []
    assert template.missing({}) == ["first_name"]
    assert template.missing({"city": "York"}, ROWS) == ["item.total"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{% if oops %}{% endif %}", 'there is no personal field "oops"'),
        ("{% if city.upper %}{% endif %}", "a condition looks like"),
        ("{% if city() %}{% endif %}", "a condition looks like"),
        ("{% if %}{% endif %}", "a condition looks like"),
        ("{% if city = 1 %}{% endif %}", "a condition looks like"),
        ("{% if city and first_name or city %}{% endif %}", "not by both"),
        ("{% if " + " and ".join(["city"] * 11) + " %}{% endif %}", "at most 10"),
        ("a\n {% if city %}", "Line 2, column 2: this has no {% endif %}"),
        ("{% endif %}", "there is no {% if ... %} that this ends"),
        ("{% else %}", "there is no {% if ... %} that this belongs to"),
        ("{% if city %}{% else %}{% else %}{% endif %}", "belongs to"),
        ("{% if city %}{% else %}{% elif city %}{% endif %}", "belongs to"),
        ("{% if city %}{% endfor %}", "there is no {% for ... %} that this ends"),
        ("{% for item in lines %}{% endif %}", "that this ends"),
        ("{% for item in city %}{% endfor %}", "lists are: lines"),
        ("{% for line in lines %}{% endfor %}", "a loop looks like"),
        (
            "{% for item in lines %}{% for item in lines %}{% endfor %}{% endfor %}",
            "inside another",
        ),
        ("{% for item in lines %}", "this has no {% endfor %}"),
        ("{{ item.title }}", "none outside a loop"),
        ("{% for item in lines %}{{ item.cost }}{% endfor %}", "item.title, item.total"),
        ("{% include 'x' %}", "a condition looks like {% if city %}"),
        ("{% if city %}" * 5 + "{% endif %}" * 5, "at most 4 conditions"),
        ("{% if city %}" + "{% elif city %}" * 30 + "{% endif %}", "at most 4 conditions"),
        ("{% if city %}x{% endif %}" * 300, "too many"),
    ],
)
def test_mistakes_are_refused(text, says):
    with pytest.raises(MergeError) as refused:
        compile_text(text, NAMES)
    assert says in refused.value.message


_PIECES = st.sampled_from(
    [
        "{% if city %}",
        '{% elif first_name == "Ada" %}',
        "{% else %}",
        "{% endif %}",
        "{% for item in lines %}",
        "{{ item.title }}",
        "{% endfor %}",
        "{{ city }}",
        "{{ first_name | default: 'x' }}",
        "text",
    ]
)
_VALUES = st.dictionaries(st.sampled_from(["city", "first_name"]), st.text(max_size=20))


@given(st.lists(_PIECES, max_size=30), _VALUES)
def test_whatever_compiles_renders_for_everybody(pieces, values):
    try:
        template = compile_text("".join(pieces), NAMES)
    except MergeError:
        return
    for lists in ({}, ROWS):
        template.render(values, Place.HTML, lists=lists)
        assert "first_name" not in template.missing(values, lists)


@given(st.sampled_from(["{{ city }}", "{% if city %}", "{% for item in lines %}", "{% endif %}"]))
def test_a_value_that_looks_like_the_language_stays_a_value(value):
    text = (
        "{% if first_name %}{{ first_name }}{% endif %}"
        "{% for item in lines %}{{ item.title }}{% endfor %}"
    )
    rows = {"lines": ({"item.title": value},)}
    assert render(text, {"first_name": value, "city": "secret"}, rows) == value * 2


@given(st.text(alphabet='{%}ifelsndor "=<>itm.cy', max_size=60))
def test_any_text_compiles_or_says_where_it_does_not(text):
    try:
        compile_text(text, NAMES)
    except MergeError as error:
        problem = error.message
    else:
        problem = "Line "
    assert problem.startswith("Line ")
