"""Why a referral or a reward does not count: closed codes, and the words people read for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """`staff` is exact; `customer` is kind, and tells nothing about anybody else."""

    staff: str
    customer: str


_NEW_FRIENDS = "The reward is for friends who order for the first time."
_NOT_NOW = "This offer has ended. Thank you for sharing."
_SOMEBODY_LOOKED = "This one does not count. If you think that is wrong, ask us to look again."

REASONS = {
    # Who the friend is.
    "existing_customer": Reason("The friend had ordered before", _NEW_FRIENDS),
    "own_link": Reason("The advocate's own link", "This is your own link: it is for your friends."),
    "same_person": Reason("The friend is the advocate, by address or phone", _SOMEBODY_LOOKED),
    "other_friend": Reason("The order turned out to be somebody else's", _SOMEBODY_LOOKED),
    "loop": Reason("The friend had referred the advocate before", _SOMEBODY_LOOKED),
    "already_referred": Reason("Another advocate had referred the friend before", _NEW_FRIENDS),
    # What they ordered.
    "not_first_order": Reason("Not the order that the programme rewards", _NEW_FRIENDS),
    "below_minimum": Reason(
        "The order was below the minimum", "The order was too small for the reward."
    ),
    "wrong_product": Reason(
        "None of the programme's products", "The order holds none of the products this is for."
    ),
    "wrong_category": Reason(
        "None of the programme's categories", "The order holds none of the products this is for."
    ),
    "wrong_country": Reason(
        "Not a country of the programme", "The offer is for orders from other countries."
    ),
    "wrong_channel": Reason(
        "Not a sales channel of the programme", "The offer is for orders placed elsewhere."
    ),
    "wrong_tag": Reason("The order lacks the programme's tag", "The offer is for other orders."),
    "other_code": Reason(
        "Another discount code was used", "The offer cannot be used together with other codes."
    ),
    "not_counted": Reason(
        "The order does not count by your order rule", "The order does not count for the offer."
    ),
    "order_cancelled": Reason("The order was cancelled", "The order was cancelled."),
    "refunded": Reason("The order was paid back", "The order was paid back."),
    # When, and under what.
    "window_passed": Reason(
        "The order came after the programme's window", "The order came too late for the offer."
    ),
    "not_started": Reason("The programme had not started", "The offer had not begun yet."),
    "paused": Reason("The programme is paused", "The offer is taking a break."),
    "ended": Reason("The programme has ended", _NOT_NOW),
    "budget_spent": Reason("The programme's budget is spent", _NOT_NOW),
    "cap_reached": Reason(
        "The advocate has as many rewards as one may get",
        "You have reached the most rewards one can get. Thank you for sharing!",
    ),
    # What was decided.
    "barred": Reason("The advocate is barred", _SOMEBODY_LOOKED),
    "held_out": Reason("The advocate is held out of the programme", _NOT_NOW),
    "leaked_code": Reason("The code was found in public", _SOMEBODY_LOOKED),
    "other_advocate": Reason("Another advocate's claim was stronger", _SOMEBODY_LOOKED),
    "fraud_refused": Reason("Refused after a review", _SOMEBODY_LOOKED),
    "staff_decision": Reason("Decided by staff", _SOMEBODY_LOOKED),
    # Of rewards alone.
    "review": Reason("Somebody looks at it first", "We are having a look at this one."),
    "unearned": Reason(
        "The milestone is no longer reached", "One of the orders behind it was paid back."
    ),
    "expired": Reason("Not used in time", "It was not used in time."),
    "erased": Reason("The customer was erased", "Your data were erased at your wish."),
}

# No later order of the same friend can change these.
FINAL = frozenset(
    {
        "existing_customer",
        "own_link",
        "same_person",
        "loop",
        "already_referred",
        "not_first_order",
    }
)
# What was refused for one of these counts after all when the order does: it was the order's.
OF_THE_ORDER = frozenset(
    {
        *("order_cancelled", "not_counted", "below_minimum", "wrong_product", "wrong_category"),
        *("wrong_country", "wrong_channel", "wrong_tag", "other_code", "paused"),
    }
)


def staff_words(code: str) -> str:
    """The exact reason, for the brand's people."""
    return REASONS[code].staff if code in REASONS else code.replace("_", " ").capitalize()


def customer_words(code: str) -> str:
    """What the customer reads; a code we do not know says no more than that somebody decided."""
    return REASONS[code].customer if code in REASONS else _SOMEBODY_LOOKED
