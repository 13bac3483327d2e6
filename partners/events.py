"""What happens between a brand and its partners, as facts in the past tense. A bulk act is one
event: its subject is the first of the rows it names."""

from dataclasses import dataclass

from accounts.events import Event


@dataclass(frozen=True, kw_only=True)
class PartnerApplied(Event):
    """Somebody confirmed the address of their application."""

    type = "partnership.applied"
    subject = "partnership"


@dataclass(frozen=True, kw_only=True)
class PartnerInvited(Event):
    """A mail with a link is wanted: of an invitation, or to confirm an application."""

    type = "partnership.invited"
    subject = "partnership"
    invite_id: int


@dataclass(frozen=True, kw_only=True)
class PartnerAskedAgain(Event):
    """Somebody applied whom the brand knows already: a mail alone answers."""

    type = "partnership.asked_again"
    subject = "partnership"


@dataclass(frozen=True, kw_only=True)
class PartnerTold(Event):
    """A mail to a partner is to leave; the subject is the mail."""

    type = "partner_mail.told"
    subject = "partner_mail"


@dataclass(frozen=True, kw_only=True)
class PartnershipMoved(Event):
    """It is in another state: `state` is that of the model."""

    type = "partnership.moved"
    subject = "partnership"
    state: str


@dataclass(frozen=True, kw_only=True)
class PartnershipTermsProposed(Event):
    type = "partnership.terms_proposed"
    subject = "partnership"
    number: int


@dataclass(frozen=True, kw_only=True)
class PartnershipTermsAgreed(Event):
    """Both sides agreed to the same words."""

    type = "partnership.terms_agreed"
    subject = "partnership"
    number: int


@dataclass(frozen=True, kw_only=True)
class BankDetailsChanged(Event):
    type = "partnership.bank_details_changed"
    subject = "partnership"


@dataclass(frozen=True, kw_only=True)
class OfferRulesChanged(Event):
    """What an offer must be expected to bring for 1,000 recipients, in minor units (0: anything),
    and after how many mails without a click somebody gets no more (0: never)."""

    type = "offer_rules.changed"
    subject = "offer_rules"
    floor_minor: int
    silent_after: int


@dataclass(frozen=True, kw_only=True)
class PartnerMessageWritten(Event):
    type = "partnership.message_written"
    subject = "partnership"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class OfferSubmitted(Event):
    type = "offer.submitted"
    subject = "offer"
    number: int


@dataclass(frozen=True, kw_only=True)
class OfferChangesRequested(Event):
    type = "offer.changes_requested"
    subject = "offer"
    number: int


@dataclass(frozen=True, kw_only=True)
class OfferApproved(Event):
    """Brand and partner agreed to the same version."""

    type = "offer.approved"
    subject = "offer"
    number: int


@dataclass(frozen=True, kw_only=True)
class OfferDeclined(Event):
    type = "offer.declined"
    subject = "offer"
    number: int


@dataclass(frozen=True, kw_only=True)
class OfferWithdrawn(Event):
    type = "offer.withdrawn"
    subject = "offer"


@dataclass(frozen=True, kw_only=True)
class OfferExpired(Event):
    """Its days were over before it was approved."""

    type = "offer.expired"
    subject = "offer"


@dataclass(frozen=True, kw_only=True)
class OfferScheduled(Event):
    type = "offer.scheduled"
    subject = "offer"


@dataclass(frozen=True, kw_only=True)
class OfferStarted(Event):
    """It is live: shown, sent and redeemable."""

    type = "offer.started"
    subject = "offer"


@dataclass(frozen=True, kw_only=True)
class OfferPaused(Event):
    type = "offer.paused"
    subject = "offer"


@dataclass(frozen=True, kw_only=True)
class OfferResumed(Event):
    type = "offer.resumed"
    subject = "offer"


@dataclass(frozen=True, kw_only=True)
class OfferEnded(Event):
    type = "offer.ended"
    subject = "offer"


@dataclass(frozen=True, kw_only=True)
class OfferSettled(Event):
    """Ended, and nothing is left to come into a statement."""

    type = "offer.settled"
    subject = "offer"


@dataclass(frozen=True, kw_only=True)
class OfferTaken(Event):
    """A customer took an offer; the subject is the claim."""

    type = "offer.taken"
    subject = "offer_claim"
    offer_id: int
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class VouchersRanLow(Event):
    type = "voucher_pool.ran_low"
    subject = "voucher_pool"
    left: int


@dataclass(frozen=True, kw_only=True)
class VoucherRedeemed(Event):
    """The subject is the redemption."""

    type = "voucher.redeemed"
    subject = "redemption"
    voucher_id: int
    pool_id: int


@dataclass(frozen=True, kw_only=True)
class VouchersRedeemed(Event):
    """Many at once, from a file."""

    type = "vouchers.redeemed"
    subject = "redemption"
    redemption_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class RedemptionTakenBack(Event):
    type = "redemption.taken_back"
    subject = "redemption"
    voucher_id: int


@dataclass(frozen=True, kw_only=True)
class VouchersVoided(Event):
    """Taken back before they were used; the subject is the first of them."""

    type = "vouchers.voided"
    subject = "voucher"
    voucher_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class VouchersExpired(Event):
    """Given, and not redeemed in time; the subject is the first of them."""

    type = "vouchers.expired"
    subject = "voucher"
    voucher_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class StatementIssued(Event):
    type = "statement.issued"
    subject = "statement"
    partnership_id: int


@dataclass(frozen=True, kw_only=True)
class StatementDisputed(Event):
    type = "statement.disputed"
    subject = "statement"


@dataclass(frozen=True, kw_only=True)
class StatementAgreed(Event):
    type = "statement.agreed"
    subject = "statement"


@dataclass(frozen=True, kw_only=True)
class StatementReleased(Event):
    """Of a banned partner: the brand says that it is owed."""

    type = "statement.released"
    subject = "statement"


@dataclass(frozen=True, kw_only=True)
class StatementWrittenOff(Event):
    """Of a banned partner: nothing of it is owed."""

    type = "statement.written_off"
    subject = "statement"
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class PayoutExported(Event):
    type = "payout.exported"
    subject = "payout_batch"


@dataclass(frozen=True, kw_only=True)
class PayoutConfirmed(Event):
    type = "payout.confirmed"
    subject = "payout_batch"


@dataclass(frozen=True, kw_only=True)
class PayoutFailed(Event):
    """The bank refused one payment of a batch, or sent its money back."""

    type = "payout.failed"
    subject = "payout"
    batch_id: int


@dataclass(frozen=True, kw_only=True)
class CommissionHeld(Event):
    """Lines of this partner stay out of statements until they are released."""

    type = "commission.held"
    subject = "partnership"
    line_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class CommissionReleased(Event):
    type = "commission.released"
    subject = "partnership"
    line_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class StatementSettled(Event):
    """The partner has paid what they owed by it, or nobody owed anything."""

    type = "statement.settled"
    subject = "statement"


@dataclass(frozen=True, kw_only=True)
class PackStarted(Event):
    """Orders of its product are sales of it from now on, by the split table of that number."""

    type = "pack.started"
    subject = "pack"
    number: int


@dataclass(frozen=True, kw_only=True)
class PackTableChanged(Event):
    """Another split table holds for what is sold from now on."""

    type = "pack.table_changed"
    subject = "pack"
    number: int


@dataclass(frozen=True, kw_only=True)
class PackEnded(Event):
    type = "pack.ended"
    subject = "pack"


@dataclass(frozen=True, kw_only=True)
class PackSold(Event):
    """A line of an order sold packs."""

    type = "pack.sold"
    subject = "pack_sale"
    pack_id: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class PackPartsTakenBack(Event):
    """Refunded, cancelled, or returned by hand: unused vouchers among them hold no longer."""

    type = "pack.parts_taken_back"
    subject = "pack_sale"
    item_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class PackPartsStranded(Event):
    """Their partner is gone: these vouchers hold no longer."""

    type = "pack.parts_stranded"
    subject = "pack_sale"
    item_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class PackPartReplaced(Event):
    """Another voucher took the place of one whose partner is gone."""

    type = "pack.part_replaced"
    subject = "pack_sale"
    item_id: int


@dataclass(frozen=True, kw_only=True)
class SisterPactMoved(Event):
    """A pact with a sister brand was granted or withdrawn; the host's partnership follows."""

    type = "sister_pact.moved"
    subject = "sister_pact"
    other_brand_id: int
    stands: bool


@dataclass(frozen=True, kw_only=True)
class SisterSettled(Event):
    """Two brands settled a statement; the other one's books are to have it too."""

    type = "sister_pact.settled"
    subject = "sister_settlement"
    other_brand_id: int
