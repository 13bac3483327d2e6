"""The words of the one question: whether somebody wants offers of partners."""

PURPOSE = "partner_offers"
# Until a brand registers words of its own for the purpose.
VERSION = "rapport-1"
WORDS = (
    "Offers from businesses we choose, sent by us. We pick businesses we trust and send you their "
    "offers ourselves: none of them gets your name or address. You can say no to single businesses "
    "and kinds of offers, or to all of them, at any time."
)
