"""Where each piece of net revenue came from: the rule, which `customers/sql/credits.sql` follows.

The pieces of a counted order are its lines and the rest of its total that no line explains
(delivery, a discount on the whole). Each piece has exactly one source, found in this order:

1. A claim on the line, then a claim on the whole order: the narrower one knows better what caused
   that line. Of several equally narrow claims a joint venture goes before a referral, because a
   partner's voucher was handed over for this very purchase and its share is owed to somebody.
2. Nobody known as the buyer: unattributed; whether it was a first order cannot be known.
3. The customer's first counted order: first.
4. A line with money in a category (after the brand's own category mapping) of which this customer
   had bought nothing in an earlier counted order: cross_sell. A category counts as bought also
   when it went back. Lines of no known category do not count as any.
5. All else: repeat.

A refund is taken from the order it names; without one, from the customer's last counted order
before it. Its lines go back to the sources of that order's lines with the same product, the
remainder to the sources of all its pieces, each in proportion to their money and in whole minor
units (largest remainder). Each refund stands on its own, so the order of arrival does not matter.
One for which no order is known at all is unattributed."""

# Raised with each change of the rule; the nightly run then judges every credit anew.
RULE_VERSION = 1
# Sources that apps above may claim, the strongest first.
CLAIM_PRECEDENCE = ("joint_venture", "referral")
