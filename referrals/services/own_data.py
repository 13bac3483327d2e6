"""What referrals keep of a person: promises and money stay as they are, names and devices go."""

from customers.services.merges import Participant
from customers.services.privacy import deleted, emptied, kept
from referrals.models.links import Touch
from referrals.models.programmes import Advocate
from referrals.models.referrals import Referral
from referrals.models.rewards import PortalCode, PortalDevice, Reward

_BOOKED = "Rewards are booked money; nothing in them names the person."
_PROOF = "It proves why a reward was earned; addresses are kept as keyed hashes only."

PARTICIPANTS = (
    emptied("Sharing with friends", Advocate, empty={"share_text": "", "barred_reason": ""}),
    emptied(
        "Brought by a friend",
        Referral,
        by="friend_id__in",
        empty={"friend_label": "", "friend_key": ""},
        why=_PROOF,
    ),
    kept("What tied them to a friend", Touch, by="customer_id__in", why=_PROOF),
    kept("Rewards", Reward, why=_BOOKED),
    deleted("Devices of the rewards page", PortalDevice),
    deleted("Codes for the rewards page", PortalCode),
)

# Who took part twice keeps both codes: the advocate of the other record stays with it, and is read
# through `selectors.customers.canonical_ids`.
ADVOCATES = Participant(
    "referrals_advocate",
    """NOT EXISTS (
        SELECT FROM referrals_advocate AS k
        WHERE k.brand_id = t.brand_id AND k.programme_id = t.programme_id
          AND k.customer_id = %(kept)s
    )""",
)
REWARDS = Participant("referrals_reward")
DEVICES = Participant(
    "referrals_portaldevice",
    """NOT EXISTS (
        SELECT FROM referrals_portaldevice AS k
        WHERE k.brand_id = t.brand_id AND k.key_hash = t.key_hash
          AND k.customer_id = %(kept)s
    )""",
)
