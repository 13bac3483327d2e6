"""Why a message was not sent: closed codes, and the words people read for them."""

from customers.rules.permissions import REASONS, SAID_NO, SAID_NO_WORDS

WORDS = {
    # Left out at planning or just before sending.
    **REASONS,
    SAID_NO: SAID_NO_WORDS,
    "no_consent": "Has not agreed to news and offers",
    "no_address": "No e-mail address",
    "same_address": "Another customer has the same address",
    "brand_control": "In the control group, which gets no campaigns",
    "control": "Held out of this campaign, to see what it brings",
    "paused_by_customer": "Asked for a pause",
    "silent": "Clicked in none of the last offers of partners",
    "erased": "Erased since planning",
    "merged": "Merged into another customer since planning",
    "over_limit": "Waited too long for their turn under the contact rules",
    "open_complaint": "Has an open complaint, and it stayed open too long",
    "no_coupon": "No coupon code was left",
    "cancelled": "The campaign was cancelled",
    # Sent, but not as it was written.
    "item_replaced": "Sent with the next product in place of one that was sold out",
    "block_dropped": "Sent without products that were all sold out",
    # Failed.
    "unsafe": "A value does not fit into the mail",
    "refused": "The receiving server refused it",
    "broken": "An unexpected error on our side",
    "gave_up": "The receiving server kept putting it off",
    # Not known.
    "connection_lost": "The connection broke before the server answered",
    "host_lost": "The sending machine was lost",
    "sender_lost": "The sending process stopped before it learned the answer",
}


# What a reason means where nothing is mailed.
_LISTED = {
    "over_limit": "Has got as much as the contact rules allow",
    "open_complaint": "Has an open complaint",
}
_BY_CHANNEL = {
    "post": {
        **_LISTED,
        "no_address": "No whole postal address",
        "withdrawn": "Does not want letters",
        "same_address": "The same name and address as another customer",
    },
    "phone": {
        **_LISTED,
        "no_address": "No phone number",
        "no_consent": "Has not agreed to be called",
        "same_address": "Another customer has the same number",
    },
}


def words(code: str, channel: str = "email") -> str:
    """The reason in words; a code we do not know is shown readably."""
    own = _BY_CHANNEL.get(channel, {}).get(code)
    return own or WORDS.get(code) or code.replace("_", " ").capitalize()
