"""What happens to campaigns, as facts. A launch is one event, however many mails follow."""

from dataclasses import dataclass

from accounts.events import Event


@dataclass(frozen=True, kw_only=True)
class CampaignLaunched(Event):
    """Content and audience are frozen; planning may begin."""

    type = "campaign.launched"
    subject = "campaign"


@dataclass(frozen=True, kw_only=True)
class PreflightRequested(Event):
    """Somebody wants a draft rendered for everybody it would go to."""

    type = "campaign.preflight_requested"
    subject = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignScheduled(Event):
    """Content and audience rule are frozen; it goes out by itself at its time."""

    type = "campaign.scheduled"
    subject = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignUnscheduled(Event):
    """It is a draft again."""

    type = "campaign.unscheduled"
    subject = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignFailed(Event):
    """It could not start when its time had come, or not be planned; nothing was sent."""

    type = "campaign.failed"
    subject = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignPaused(Event):
    type = "campaign.paused"
    subject = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignResumed(Event):
    type = "campaign.resumed"
    subject = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignCancelled(Event):
    type = "campaign.cancelled"
    subject = "campaign"


@dataclass(frozen=True, kw_only=True)
class ListApproved(Event):
    """A campaign by letter or phone may leave; its list may be made."""

    type = "campaign_list.approved"
    subject = "campaign"


@dataclass(frozen=True, kw_only=True)
class ListReady(Event):
    """So many people stand on it, with their codes."""

    type = "campaign_list.ready"
    subject = "campaign"
    people: int


@dataclass(frozen=True, kw_only=True)
class ListFetched(Event):
    """Somebody took the file, with the names and addresses of so many people."""

    type = "campaign_list.fetched"
    subject = "campaign"
    people: int


@dataclass(frozen=True, kw_only=True)
class ListHandedOver(Event):
    """To the printer or the call team: so many people count as written to."""

    type = "campaign_list.handed_over"
    subject = "campaign"
    people: int


@dataclass(frozen=True, kw_only=True)
class WinnerChosen(Event):
    """Those who waited get this variant."""

    type = "campaign.winner_chosen"
    subject = "campaign"
    letter: str


@dataclass(frozen=True, kw_only=True)
class CouponRedeemed(Event):
    """A code was used up at the till; what came off is minor units."""

    type = "coupon.redeemed"
    subject = "coupon"
    discount_minor: int


@dataclass(frozen=True, kw_only=True)
class ShopAdded(Event):
    """Its interface may make codes for the brand from now on."""

    type = "shop.added"
    subject = "shop"


@dataclass(frozen=True, kw_only=True)
class ShopRemoved(Event):
    type = "shop.removed"
    subject = "shop"


@dataclass(frozen=True, kw_only=True)
class ShopCodesRequested(Event):
    """A shop is to make so many codes; the subject is a ShopBatch."""

    type = "shop_codes.requested"
    subject = "shop_batch"
    codes: int


@dataclass(frozen=True, kw_only=True)
class ShopCodesMade(Event):
    """The shop is through with a batch, or it went wrong: so many codes are usable."""

    type = "shop_codes.made"
    subject = "shop_batch"
    made: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class CampaignDeleted(Event):
    """A draft was thrown away; launched campaigns stay for good."""

    type = "campaign.deleted"
    subject = "campaign"


@dataclass(frozen=True, kw_only=True)
class PreferencesChanged(Event):
    """A customer chose how often mails may come, or a pause."""

    type = "preferences.changed"
    subject = "customer"


@dataclass(frozen=True, kw_only=True)
class SendingDomainAdded(Event):
    type = "sending_domain.added"
    subject = "sending_domain"


@dataclass(frozen=True, kw_only=True)
class SendingDomainCheckRequested(Event):
    """Somebody wants to know what is published for it."""

    type = "sending_domain.check_requested"
    subject = "sending_domain"


@dataclass(frozen=True, kw_only=True)
class SendingDomainDeleted(Event):
    type = "sending_domain.deleted"
    subject = "sending_domain"


@dataclass(frozen=True, kw_only=True)
class SendingDomainKeyChanged(Event):
    """A new key, which signs when its record is found."""

    type = "sending_domain.key_changed"
    subject = "sending_domain"


@dataclass(frozen=True, kw_only=True)
class TransportChanged(Event):
    """Mail leaves another way from now on: `way` is a Transport.Kind."""

    type = "transport.changed"
    subject = "transport"
    way: str


@dataclass(frozen=True, kw_only=True)
class HookKeyChanged(Event):
    """Webhooks of a provider are believed by another key: `provider` is a Transport.Kind."""

    type = "hook_key.changed"
    subject = "transport"
    provider: str


@dataclass(frozen=True, kw_only=True)
class SendingPaceChanged(Event):
    """So many mails a minute, in all or to single domains."""

    type = "sending_pace.changed"
    subject = "transport"


@dataclass(frozen=True, kw_only=True)
class TemplateDeleted(Event):
    type = "template.deleted"
    subject = "template"


@dataclass(frozen=True, kw_only=True)
class MessageRequested(Event):
    """A program asked for one transactional mail."""

    type = "message.requested"
    subject = "transactional_message"


@dataclass(frozen=True, kw_only=True)
class TransactionalTemplatePublished(Event):
    """Programs get its words as they are now."""

    type = "transactional_template.published"
    subject = "transactional_template"


@dataclass(frozen=True, kw_only=True)
class TransactionalTemplateWithdrawn(Event):
    type = "transactional_template.withdrawn"
    subject = "transactional_template"


@dataclass(frozen=True, kw_only=True)
class TransactionalTemplateDeleted(Event):
    type = "transactional_template.deleted"
    subject = "transactional_template"


@dataclass(frozen=True, kw_only=True)
class ContactRulesChanged(Event):
    """From now on customers get more or less mail."""

    type = "contact_rules.changed"
    subject = "contact_policy"
