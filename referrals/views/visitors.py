"""Who asks for a public page, as far as we want to know, and how often they may."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models.brands import Brand
from campaigns.rules.bots import hints_of, is_program
from campaigns.services.hits import Hit
from config.kit.clock import now
from config.kit.limits import count_within
from referrals.rules.codes import normal_code
from referrals.services.touches import Trace
from referrals.views.devices import network

HOUR = 3_600
DAY = 24 * HOUR
# From one network in an hour: offices and campuses share one, a program that tries addresses needs
# far more.
MOST = {"view": 600, "visit": 600, "claim": 60, "refer": 60}
MOST_PER_ADDRESS = 3


def trace_of(request: HttpRequest, *, visitor: str = "") -> Trace:
    """What the request leaves behind; `visitor` is the id our script gave it."""
    address = request.META.get("REMOTE_ADDR", "")
    user_agent = request.META.get("HTTP_USER_AGENT", "")[:200]
    hit = Hit(
        brand_id=0,
        campaign_id=0,
        customer_id=0,
        kind="click",
        link=1,
        at=now(),
        user_agent=user_agent,
        network=network(request),
        hints=hints_of(request.META),
    )
    return Trace(
        address=address,
        user_agent=user_agent,
        visitor=visitor,
        is_machine=is_program(hit, settings.SCANNER_NETWORKS),
    )


def is_too_often(request: HttpRequest, brand: Brand, what: str, *, code: str = "") -> bool:
    """Whether this network did so more often than people do; counts this time too. Visitors whose
    network is unknown (behind a proxy's socket) are counted by the code they came with; without
    one they are not all taken for one."""
    where = network(request) or normal_code(code)
    if not where:
        return False
    left, _ = count_within(f"{what}:{brand.uid}:{where}", most=MOST[what], seconds=HOUR)
    return left < 0


def may_write_to(address: str, brand: Brand, what: str) -> bool:
    """Whether an address gets another mail today; whoever asks reads the same answer."""
    key = hashlib.sha256(address.casefold().encode()).hexdigest()[:32]
    left, _ = count_within(f"{what}:{brand.uid}:{key}", most=MOST_PER_ADDRESS, seconds=DAY)
    return left >= 0


def too_often(request: HttpRequest, brand: Brand) -> HttpResponse:
    return render(request, "referrals/too_often.html", {"brand": brand}, status=429)
