"""What the shell of every page shows: the brand, the way around, the brands to switch to."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.access import accesses
from accounts.selectors.brands import Access
from partners.models.partnerships import Partnership
from partners.selectors.partnerships import public_id

# (label, url name, icon, permission), by group; the group without a label comes first.
_NAV: list[tuple[str, list[tuple[str, str, str, str]]]] = [
    (
        "",
        [
            ("Overview", "overview", "layout-dashboard", "brand.view"),
            ("Customers", "customers", "users", "customers.view"),
            ("Segments", "segments", "funnel", "segments.view"),
        ],
    ),
    (
        "Reach",
        [
            ("Campaigns", "campaigns", "mail", "campaigns.view"),
            ("Templates", "templates", "layout-template", "campaigns.view"),
            ("Transactional", "transactional", "mail-check", "campaigns.view"),
            ("Coupons", "coupons", "ticket-percent", "campaigns.view"),
        ],
    ),
    (
        "Grow",
        [
            ("Referrals", "referrals", "gift", "referrals.view"),
            ("Partners", "partners", "handshake", "partners.view"),
        ],
    ),
    (
        "Data",
        [
            ("Imports", "import_new", "upload", "customers.import"),
            ("Duplicates", "duplicates", "git-merge", "customers.edit"),
            ("Products", "products", "package", "brand.view"),
            ("Spend", "spend", "wallet", "reports.view"),
        ],
    ),
]


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    icon: str
    active: bool


@dataclass(frozen=True, slots=True)
class NavGroup:
    label: str
    items: list[NavItem]


def _nav(access: Access, path: str) -> list[NavGroup]:
    groups = []
    home = reverse("overview", args=[access.brand.slug])
    for label, entries in _NAV:
        items = []
        for name, route, icon, permission in entries:
            if permission in access.permissions:
                url = reverse(route, args=[access.brand.slug])
                active = path == url if url == home else path.startswith(url)
                items.append(NavItem(name, url, icon, active))
        if items:
            groups.append(NavGroup(label, items))
    return groups


def _portal(partnership: Partnership) -> dict[str, Any]:
    """A partner's own pages: the brand's face, and none of its doors."""
    return {
        "brand": partnership.brand,
        "partnership": partnership,
        "partnership_id": public_id(partnership),
        "can": frozenset(),
        "nav": [],
        "memberships": [],
    }


def shell(request: HttpRequest) -> dict[str, Any]:
    """`brand`, `can` (permissions), `nav`, `memberships`; empty outside a brand's pages. On a
    partner's pages `partnership` and `partnership_id` besides."""
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return {"brand": None, "nav": [], "memberships": [], "can": frozenset()}
    access: Access | None = getattr(request, "access", None)
    partnership: Partnership | None = getattr(request, "partnership", None)
    if partnership is not None:
        return _portal(partnership)
    return {
        "brand": access.brand if access else None,
        "can": access.permissions if access else frozenset(),
        "nav": _nav(access, request.path) if access else [],
        "memberships": [entry.brand for entry in accesses(request)],
    }
