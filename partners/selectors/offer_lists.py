"""Lists of offers as both sides page through them: by state, and by partner."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.kit.paging import page_of
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.selectors.partnerships import public_id

State = Offer.State
PAGE = 50
ALL = "all"
# What a list can be narrowed to: key -> (label, states). Each state is in one of them, and in all.
SHOWN: dict[str, tuple[str | Promise, Collection[str]]] = {
    ALL: (_("All"), [*State]),
    "draft": (_("Drafts"), [State.DRAFT]),
    "open": (_("In review"), [State.SUBMITTED, State.CHANGES_REQUESTED]),
    "running": (_("Running"), [*Offer.PLACED]),
    "over": (_("Over"), [State.ENDED, State.SETTLED, State.ARCHIVED]),
    "no": (_("Came to nothing"), [State.DECLINED, State.WITHDRAWN, State.EXPIRED]),
}


@dataclass(frozen=True, slots=True)
class OfferPage:
    """A page of offers, newest first. `views` are (label with its count, address) of each list
    there is, `active` the label of this one; `next_url` is "" on the last page."""

    offers: list[Offer]
    views: list[tuple[str, str]]
    active: str
    next_url: str


def offers_for_brand(
    here: str, show: str, *, partnership: Partnership | None = None, below: int | None = None
) -> OfferPage:
    """At the address `here`, of all partners or of one. Drafts are their partner's own."""
    rows = Offer.objects.exclude(state=State.DRAFT)
    views = [key for key in SHOWN if key != "draft"]
    kept = {}
    if partnership is not None:
        rows, kept = rows.filter(partnership=partnership), {"partner": public_id(partnership)}
    return _page(rows, here=here, asked=show, views=views, below=below, **kept)


def offers_of(
    partnership: Partnership, here: str, show: str, *, below: int | None = None
) -> OfferPage:
    """The partner's own, drafts among them."""
    rows = Offer.objects.filter(partnership=partnership)
    return _page(rows, here=here, asked=show, views=list(SHOWN), below=below)


def partners_with_offers() -> dict[str, Partnership]:
    """Whom the brand's list can be narrowed to: by public id, in the order of their names."""
    shown = Offer.objects.exclude(state=State.DRAFT).values("partnership")
    rows = Partnership.objects.filter(pk__in=shown).order_by("name", "pk")
    return {public_id(each): each for each in rows}


def _page(
    rows: QuerySet[Offer],
    *,
    here: str,
    asked: str,
    views: list[str],
    below: int | None,
    **kept: str,
) -> OfferPage:
    show = asked if asked in views else ALL
    by_state = Counter(dict(rows.order_by().values_list("state").annotate(Count("pk"))))
    counts = {key: sum(by_state[each] for each in SHOWN[key][1]) for key in views}
    labels = {key: f"{SHOWN[key][0]} · {counts[key]}" for key in views}
    shown = rows.filter(state__in=SHOWN[show][1]).select_related("partnership", "category")
    page = page_of(shown, limit=PAGE, after=below)
    last = {"show": show, **kept, "below": page.items[-1].pk} if page.has_more else None
    return OfferPage(
        offers=page.items,
        views=[(labels[key], f"{here}?{urlencode({'show': key, **kept})}") for key in views],
        active=labels[show],
        next_url=f"{here}?{urlencode(last)}" if last else "",
    )
