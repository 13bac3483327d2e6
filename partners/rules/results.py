"""What a partner is told of an offer's results: numbers of many people, and none that another
number tells by subtraction (complementary suppression)."""

from dataclasses import dataclass

# Fewer people than this are "fewer than 10".
LEAST = 10


@dataclass(frozen=True, slots=True)
class Results:
    """Mails delivered, people who clicked, who took the offer, vouchers redeemed, and what the
    partner owes for it in minor units (below zero: is owed). None: fewer than LEAST."""

    delivered: int | None
    clicked: int | None
    taken: int | None
    redeemed: int | None
    commission_minor: int | None


def roughly(number: int) -> int | None:
    """So many or more, in tens; None: fewer than LEAST."""
    return None if number < LEAST else number // 10 * 10


def for_partner(found: Results) -> Results:
    """Each number of people is told when it is large enough, and differs from each other that is
    told by nothing or by as many: else "all but two redeemed" would tell of those two. It is told
    in tens, or whoever looks every minute would see each single person come. Money is told with
    the redemptions it came of."""
    told: list[int] = []
    shown: list[int | None] = []
    for number in (found.delivered, found.clicked, found.taken, found.redeemed):
        is_safe = (
            number is not None
            and number >= LEAST
            and all(each == number or abs(each - number) >= LEAST for each in told)
        )
        shown.append(roughly(number) if is_safe and number is not None else None)
        told += [number] if is_safe and number is not None else []
    delivered, clicked, taken, redeemed = shown
    money = None if redeemed is None else found.commission_minor
    return Results(delivered, clicked, taken, redeemed, money)
