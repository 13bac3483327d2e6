"""What customers say yes and no to: partners' offers at all, kinds of them, businesses."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.selectors.further_topics import TopicGroup
from customers.models.consents import ConsentWording
from partners.models.partnerships import OfferCategory, Partnership
from partners.rules.consent import PURPOSE, VERSION, WORDS
from partners.selectors.partnerships import active_partnerships

_NO = gettext_lazy("Untick what you do not want to hear of.")


def wording() -> tuple[str, str]:
    """The words in use and their version: the brand's newest, else ours."""
    own = ConsentWording.objects.filter(purpose=PURPOSE).order_by("-created_at", "-pk").first()
    return (own.text, own.version) if own else (WORDS, VERSION)


def topics() -> Iterator[TopicGroup]:
    """For brands that work with partners."""
    partners = dict(active_partnerships().values_list("pk", "name"))
    if not partners:
        return
    words, version = wording()
    yield TopicGroup(
        "partner_offers",
        _("Offers from businesses we choose, sent by us"),
        {PURPOSE: _("Yes, send me such offers")},
        is_opt_in=True,
        help=words,
        wording=words,
        wording_version=version,
    )
    kinds = OfferCategory.objects.order_by("name").values_list("pk", "name")
    yield TopicGroup(
        "partner_kinds",
        _("Kinds of offers"),
        {f"offers:{pk}": name for pk, name in kinds},
        is_opt_in=False,
        help=str(_NO),
    )
    yield TopicGroup(
        "partner_businesses",
        _("Businesses we work with now"),
        {f"partner:{pk}": name for pk, name in partners.items()},
        is_opt_in=False,
        help=str(_NO),
    )


def names() -> dict[str, str]:
    """What the screen calls the purposes of single businesses and kinds of offers."""
    partners = Partnership.objects.values_list("pk", "name")
    kinds = OfferCategory.objects.values_list("pk", "name")
    return {
        **{f"partner:{pk}": f"Offers of {name}" for pk, name in partners},
        **{f"offers:{pk}": f"Offers of this kind: {name}" for pk, name in kinds},
    }
