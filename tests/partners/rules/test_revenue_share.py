"""What a deal comes to: shares that sum to the whole, parts of their own, limits that hold."""

from hypothesis import given
from hypothesis import strategies as st

from partners.rules.revenue_share import Bought, Deal, Facts, Part, reckon, total, within

AMOUNTS = st.integers(0, 10**7)


def test_a_share_is_rounded_once_halves_up_and_the_payer_gives_it_its_sign() -> None:
    paid = Facts(paid_minor=4_505)
    assert reckon(Deal(), paid) == [Part("share", -451, 4_505)]
    assert reckon(Deal(payer="brand"), paid) == [Part("share", 451, 4_505)]


def test_every_part_is_a_line_and_what_is_nothing_is_none() -> None:
    deal = Deal(payer="brand", share=0, flat=150, new_customer=500, known_customer=100, lead=30)
    assert reckon(deal, Facts(paid_minor=9_999, is_new_customer=True)) == [
        Part("flat", 150),
        Part("new_customer", 500),
    ]
    assert reckon(deal, Facts(is_new_customer=False)) == [
        Part("flat", 150),
        Part("known_customer", 100),
    ]
    assert reckon(deal, Facts()) == [Part("flat", 150)]
    assert reckon(deal, Facts(is_lead=True)) == [Part("lead", 30)]
    assert reckon(Deal(share=0), Facts(paid_minor=9_999)) == []


def test_products_have_shares_of_their_own_of_what_was_paid_for_them() -> None:
    deal = Deal(payer="brand", share=100, product_shares={"wine": 250})
    lines = [Bought("menu", 6_000), Bought("wine", 4_000), Bought("bread", 2_000)]
    # £90 was paid for lines of £120: the same part of each.
    assert reckon(deal, Facts(paid_minor=9_000, lines=lines)) == [
        Part("share", 600, 6_000),
        Part("share_2", 750, 3_000, "wine"),
    ]


def test_the_most_for_one_redemption_cuts_the_last_part() -> None:
    deal = Deal(share=100, flat=200, new_customer=500, most_each=450)
    parts = reckon(deal, Facts(paid_minor=2_000, is_new_customer=True))
    assert parts == [Part("share", -200, 2_000), Part("flat", -200), Part("new_customer", -50)]


@given(
    paid=AMOUNTS,
    lines=st.lists(st.builds(Bought, st.sampled_from("abcd"), AMOUNTS), max_size=8),
    rates=st.dictionaries(st.sampled_from("abc"), st.integers(0, 1_000)),
    share=st.integers(0, 1_000),
)
def test_splits_sum_to_the_whole(
    paid: int, lines: list[Bought], rates: dict[str, int], share: int
) -> None:
    deal = Deal(payer="brand", share=share, product_shares=rates)
    parts = reckon(deal, Facts(paid_minor=paid, lines=lines))
    everything = reckon(
        Deal(payer="brand", share=1_000, product_shares=dict.fromkeys(rates, 1_000)),
        Facts(paid_minor=paid, lines=lines),
    )
    # At a share of one the parts are all that was paid; at any other their sum is the exact
    # share of each basis, rounded once.
    assert total(everything) == sum(part.basis_minor for part in everything) == paid
    basis = {part.product: part.basis_minor for part in everything}
    exact = sum(amount * rates.get(product, share) for product, amount in basis.items())
    assert total(parts) == (exact + 500) // 1_000
    assert all(part.amount_minor > 0 for part in parts)


@given(sizes=st.lists(st.integers(-(10**6), 10**6).filter(bool)), room=st.integers(0, 10**7))
def test_a_limit_is_used_up_to_the_last_unit_and_never_more(sizes: list[int], room: int) -> None:
    parts = within([Part(str(n), size) for n, size in enumerate(sizes)], room)
    used = sum(abs(part.amount_minor) for part in parts)
    assert used == min(room, sum(abs(size) for size in sizes))
    assert all(part.amount_minor * sizes[int(part.name)] > 0 for part in parts)


@given(
    paid=st.lists(AMOUNTS, max_size=12),
    most_each=st.integers(0, 10**5),
    most_in_all=st.integers(0, 10**6),
    data=st.data(),
)
def test_limits_hold_in_whatever_order_redemptions_come(
    paid: list[int], most_each: int, most_in_all: int, data: st.DataObject
) -> None:
    deal = Deal(share=300, flat=50, most_each=most_each, most_in_all=most_in_all)
    spent = 0
    for amount in data.draw(st.permutations(paid)):
        room = most_in_all - spent if most_in_all else None
        come_to = -total(within(reckon(deal, Facts(paid_minor=amount)), room))
        assert not most_each or come_to <= most_each
        spent += come_to
    assert not most_in_all or spent <= most_in_all
