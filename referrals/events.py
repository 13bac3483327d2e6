"""What happens in referral programmes, as facts in the past tense. A bulk act is one event: its
subject is the first of the rows it names."""

from dataclasses import dataclass

from accounts.events import Event


@dataclass(frozen=True, kw_only=True)
class ProgrammeStarted(Event):
    """It is live for the first time; `number` is its first version."""

    type = "programme.started"
    subject = "programme"
    number: int


@dataclass(frozen=True, kw_only=True)
class ProgrammeChanged(Event):
    """Other terms hold from now on: its version `number`."""

    type = "programme.changed"
    subject = "programme"
    number: int


@dataclass(frozen=True, kw_only=True)
class ProgrammePaused(Event):
    type = "programme.paused"
    subject = "programme"


@dataclass(frozen=True, kw_only=True)
class ProgrammeResumed(Event):
    type = "programme.resumed"
    subject = "programme"


@dataclass(frozen=True, kw_only=True)
class ProgrammeEnded(Event):
    type = "programme.ended"
    subject = "programme"


@dataclass(frozen=True, kw_only=True)
class RewardSettingsChanged(Event):
    """The shop takes other kinds of rewards now, or a point or a debt is treated otherwise."""

    type = "reward_settings.changed"
    subject = "reward_settings"
    spends: list[str]


@dataclass(frozen=True, kw_only=True)
class AdvocateJoined(Event):
    type = "advocate.joined"
    subject = "advocate"
    programme_id: int
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class AdvocateBarred(Event):
    """They earn nothing more; the reason stands in the advocate's row."""

    type = "advocate.barred"
    subject = "advocate"
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class AdvocateUnbarred(Event):
    type = "advocate.unbarred"
    subject = "advocate"
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class LinkRequested(Event):
    """Somebody asked for a customer's own link; it goes to the customer's mailbox."""

    type = "referral_link.requested"
    subject = "customer"
    programme_id: int


@dataclass(frozen=True, kw_only=True)
class CodeLeaked(Event):
    """A code was found in public; `new_code_id` took its place."""

    type = "referral_code.leaked"
    subject = "referral_code"
    advocate_id: int
    new_code_id: int


@dataclass(frozen=True, kw_only=True)
class FriendClaimed(Event):
    """Somebody gave their own address on an advocate's page."""

    type = "referral.claimed"
    subject = "referral"
    advocate_id: int
    touch_id: int


@dataclass(frozen=True, kw_only=True)
class OrderTouched(Event):
    """The shop told who brought an order that is here already."""

    type = "order.touched"
    subject = "order"
    touch_id: int


@dataclass(frozen=True, kw_only=True)
class ReferralQualified(Event):
    """Friends ordered, and the orders count."""

    type = "referral.qualified"
    subject = "referral"
    referral_ids: list[int]
    order_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class ReferralRefused(Event):
    """These do not count, for one of rules/reasons.py."""

    type = "referral.refused"
    subject = "referral"
    referral_ids: list[int]
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReferralLapsed(Event):
    """No order came within the programme's window."""

    type = "referral.lapsed"
    subject = "referral"
    referral_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class RewardGranted(Event):
    """Promised: pending until their time comes."""

    type = "reward.granted"
    subject = "reward"
    reward_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class RewardHeld(Event):
    """Somebody must look before they can be had."""

    type = "reward.held"
    subject = "reward"
    reward_ids: list[int]
    reason: str


@dataclass(frozen=True, kw_only=True)
class RewardReady(Event):
    """Their time has come: they can be claimed."""

    type = "reward.ready"
    subject = "reward"
    reward_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class RewardClaimed(Event):
    """One press of the customer's button gave it out."""

    type = "reward.claimed"
    subject = "reward"
    kind: str
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class RewardRedeemed(Event):
    """Spent, in the shop or at the till."""

    type = "reward.redeemed"
    subject = "reward"
    reward_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class RewardPaid(Event):
    """The brand's people gave it out: cash, a card, a donation."""

    type = "reward.paid"
    subject = "reward"
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class RewardRejected(Event):
    """Refused before it could be had, for one of rules/reasons.py."""

    type = "reward.rejected"
    subject = "reward"
    reward_ids: list[int]
    reason: str


@dataclass(frozen=True, kw_only=True)
class RewardReversed(Event):
    """Taken back because money went back: `amount_minor` this time, `debt_minor` of it owed back
    because it was spent already."""

    type = "reward.reversed"
    subject = "reward"
    amount_minor: int
    debt_minor: int


@dataclass(frozen=True, kw_only=True)
class RewardExpired(Event):
    type = "reward.expired"
    subject = "reward"
    reward_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class ReviewOpened(Event):
    """Something is suspicious about these referrals."""

    type = "referral_review.opened"
    subject = "referral"
    referral_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class ReviewDecided(Event):
    """By a person, or by the programme's policy when its deadline passed: "cleared" or
    "refused"."""

    type = "referral_review.decided"
    subject = "referral"
    referral_ids: list[int]
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ReviewEscalated(Event):
    """The deadline passed and the programme's policy leaves these to a manager."""

    type = "referral_review.escalated"
    subject = "referral"
    referral_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class AppealMade(Event):
    """The customer asks for another look."""

    type = "referral_review.appealed"
    subject = "referral"
    customer_id: int
