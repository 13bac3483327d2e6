"""Why a line was not used, in words that say what to do. Codes are stable: files carry them."""

REASONS = {
    "ragged": "The row has more or fewer cells than the header. Look for a stray separator.",
    "nul": "The row holds a NUL character. Export the file again.",
    "cell_too_long": "A cell is too long. Shorten it. Was a quote opened and never closed?",
    "no_order_id": "There is no order number.",
    "damaged_id": (
        "A spreadsheet has shortened a number to something like 7.02E+12, so different orders or "
        "customers look the same. Export again and upload without opening it in a spreadsheet."
    ),
    "bad_email": "The e-mail address is not one.",
    "bad_date": "The date cannot be read. Write it as 2026-11-22 14:30.",
    "future_date": "The date is in the future.",
    "bad_quantity": "The quantity is not a number.",
    "no_amount": "There is neither a price nor a total.",
    "bad_amount": "The price or total is not an amount.",
    "amount_too_large": "The amount is too large to be true.",
    "other_currency": "The amount is in another currency than the brand's.",
    "no_customer": "Nobody bought this: there is neither a customer number nor an e-mail address.",
    "two_customers": "Lines of this order name different customers.",
    "no_date": "The order has no date.",
    "not_a_refund": "A cancelled line needs a negative quantity and a price above 0.",
    "no_quantity": "A sale needs a quantity above 0.",
    "no_price": "A sale needs a price above 0.",
    "negative_amount": (
        "The amount is negative but the quantity is not. A refund has both negative; a discount "
        "belongs in the totals of its lines."
    ),
    "negative_total": "The total of the order is negative. Money given back is a refund.",
    "no_identity": (
        "Nothing says who this is: there is no e-mail address, no phone and no customer number."
    ),
    "bad_attribute": "One of your own attributes cannot be read.",
    "erased": (
        "This person was erased at their own wish, and does not come back. Nothing is kept of the "
        "row but its number."
    ),
    "order_incomplete": "Another row of this order needs fixing; they come in together.",
}


def reason_text(code: str) -> str:
    """The sentence for a code; an unknown one speaks for itself."""
    return REASONS.get(code, code)
