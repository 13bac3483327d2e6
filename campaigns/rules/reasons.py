"""Why a message was not sent: closed codes, and the words people read for them."""

SKIPPED = {
    "no_consent": "Has not agreed to news and offers",
    "no_address": "No e-mail address",
    "suppressed": "On the do-not-mail list",
    "same_address": "Another customer has the same address",
    "erased": "Erased since planning",
    "merged": "Merged into another customer since planning",
    "cancelled": "The campaign was cancelled",
    "bad_address": "The address cannot be mailed",
    "bad_value": "A value does not fit into the mail",
    "smtputf8": "The mail server cannot write this address",
}
FAILED = {
    "refused": "The receiving server refused it",
    "gave_up": "The receiving server kept putting it off",
}


def words(code: str) -> str:
    """The reason in words; a code we do not know is shown readably."""
    return SKIPPED.get(code) or FAILED.get(code) or code.replace("_", " ").capitalize()
