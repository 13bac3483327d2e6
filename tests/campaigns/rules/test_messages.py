"""What a program sends along becomes plain texts under `data`, of bounded size, or is refused."""

from datetime import timedelta

import pytest

from campaigns.rules.merge import MergeError, Place, compile_text
from campaigns.rules.messages import GIVE_UP_AFTER, checked_key, missing_data, read_data, wait_after
from config.kit.errors import Invalid

ORDER = {
    "order_number": "1001",
    "total": 4200,
    "weight": 1.50,
    "is_gift": True,
    "note": None,
    "lines": [{"title": "Tulips", "quantity": 2}, {"title": "Vase", "is_fragile": False}],
}


def test_values_are_written_as_they_came():
    data = read_data(ORDER)
    assert data.values == {
        "data.order_number": "1001",
        "data.total": "4200",
        "data.weight": "1.5",
        "data.is_gift": "yes",
        "data.note": "",
    }
    assert data.lists == {
        "data.lines": [
            {"item.title": "Tulips", "item.quantity": "2"},
            {"item.title": "Vase", "item.is_fragile": ""},
        ]
    }
    assert data.names() == {
        *data.values,
        *("data.lines.title", "data.lines.quantity", "data.lines.is_fragile"),
    }


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ([], "data"),
        ({"a b": 1}, "data/a b"),
        ({"1st": 1}, "data/1st"),
        ({"deep": {"er": 1}}, "data/deep"),
        ({"rows": [1]}, "data/rows/0"),
        ({"rows": [{"in": []}]}, "data/rows/0/in"),
        ({"rows": [{}] * 21}, "data/rows"),
        ({"long": "x" * 2_001}, "data/long"),
        ({"odd": "a\x00b"}, "data/odd"),
        ({f"n{n}": 1 for n in range(61)}, "data"),
    ],
)
def test_anything_else_is_refused_by_its_place(given, place):
    with pytest.raises(Invalid) as caught:
        read_data(given)
    assert list(caught.value.fields) == [place]


def test_the_merge_language_reads_fields_lists_and_conditions_of_data():
    data = read_data(ORDER)
    text = (
        "{{ data.order_number }}{% if data.is_gift %} (a gift){% endif %}:"
        "{% for item in data.lines %} {{ item.quantity | default: '1' }} {{ item.title }}"
        "{% endfor %}{% if data.lines %}.{% endif %} {{ data.total | number }}"
    )
    template = compile_text(text, data.names())
    said = template.render(data.values, Place.TEXT, lists=data.lists)
    assert said == "1001 (a gift): 2 Tulips 1 Vase. 4,200"


def test_values_are_never_read_as_language_and_are_escaped():
    data = read_data({"name": "{{ data.secret }}<b>", "secret": "x"})
    template = compile_text("{{ data.name }}", data.names())
    assert template.render(data.values, Place.HTML) == "{{ data.secret }}&lt;b&gt;"


@pytest.mark.parametrize(
    "text",
    [
        "{{ data.other }}",
        "{{ data.lines }}",
        "{% for item in data.order_number %}{% endfor %}",
        "{% for item in data.lines %}{{ item.other }}{% endfor %}",
        "{{ data }}",
        "{{ data.order_number.upper }}",
    ],
)
def test_names_that_nobody_declared_are_refused(text):
    with pytest.raises(MergeError):
        compile_text(text, read_data(ORDER).names())


def test_only_what_a_program_should_have_sent_is_asked_for():
    gaps = missing_data(["city", "data.order_number", "data.lines"])
    assert list(gaps) == ["data/lines", "data/order_number"]


@pytest.mark.parametrize("key", ["", "Order", "a b", "-a", "a--b", "x" * 61, "ä"])
def test_a_key_is_small_and_plain(key):
    with pytest.raises(Invalid):
        checked_key(key)
    assert checked_key("order-confirmation_2") == "order-confirmation_2"


def test_a_mail_is_offered_again_ever_more_rarely_for_a_day():
    assert [wait_after(n) for n in (1, 2, 5, 6, 99)] == [15, 60, 1800, 3600, 3600]
    assert timedelta(hours=24) == GIVE_UP_AFTER
