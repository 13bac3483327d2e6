"""The do-not-mail list as people read it. Erased addresses are counted, never shown."""

from dataclasses import dataclass

from config.kit.paging import Page, page_of
from customers.models.consents import Channel, Suppression

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class SuppressionPage:
    page: Page[Suppression]
    total: int
    erased: int


def suppression_page(*, begins_with: str = "", after: int | None = None) -> SuppressionPage:
    """The newest first, behind the row `after`."""
    rows = Suppression.objects.filter(channel=Channel.EMAIL)
    erased = rows.filter(reason=Suppression.Reason.ERASED).count()
    rows = rows.exclude(reason=Suppression.Reason.ERASED)
    if begins_with:
        rows = rows.filter(address__begins_with=begins_with.casefold())
    return SuppressionPage(
        page=page_of(rows, limit=PAGE_SIZE, after=after), total=rows.count(), erased=erased
    )
