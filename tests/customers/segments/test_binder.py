"""What a compiled statement binds."""

from datetime import date

from customers.segments.binder import Binder


def test_a_value_is_sent_once_for_each_type_it_is_asked_as() -> None:
    binder = Binder(date(2026, 6, 30), today=date(2026, 6, 30))
    first, again = binder.bind(1, "bigint"), binder.bind(1, "bigint")
    others = [binder.bind(1, "integer"), binder.bind(True, "bigint"), binder.bind([1], "bigint")]
    assert first == again
    assert first not in others
    assert list(binder.params.values()) == [1, 1, True, [1]]
