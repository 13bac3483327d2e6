"""Codes that are found in public get a successor; what came of the burst waits for a person.

The old link keeps working: friends who hold it honestly are not turned away, they are looked at."""

from collections.abc import Collection

from django.db import connection, transaction

from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.sql import load
from referrals.events import CodeLeaked
from referrals.models.links import ReferralCode
from referrals.models.referrals import Referral
from referrals.rules.leaks import (
    BURST,
    FROM_PUBLIC,
    FROM_PUBLIC_WITHIN,
    STRANGERS,
    STRANGERS_WITHIN,
)
from referrals.services.advocates import current_code


def watch_codes(code_ids: Collection[int]) -> list[int]:
    """Look whether any of these codes leaked, and replace those that did; returns them."""
    moment = now()
    with connection.cursor() as cursor:
        cursor.execute(
            load("referrals", "leaking_codes"),
            {
                "brand_id": current_brand_id(),
                "code_ids": sorted(code_ids),
                "strangers_since": moment - STRANGERS_WITHIN,
                "public_since": moment - FROM_PUBLIC_WITHIN,
            },
        )
        found = [
            code_id
            for code_id, strangers, from_public in cursor.fetchall()
            if strangers >= STRANGERS or from_public >= FROM_PUBLIC
        ]
    codes = ReferralCode.objects.filter(pk__in=found).order_by("pk")
    return [code.pk for code in codes if replace_code(code)]


def replace_code(code: ReferralCode) -> bool:
    """Mark a code as leaked and give its advocate another. False: somebody did already."""
    with transaction.atomic():
        rows = ReferralCode.objects.filter(pk=code.pk, leaked_at=None)
        if not rows.update(leaked_at=now()):
            return False
        successor = current_code(code.advocate)
        record(
            CodeLeaked(subject_id=code.pk, advocate_id=code.advocate_id, new_code_id=successor.pk)
        )
    return True


def codes_of(referral_ids: Collection[int]) -> set[int]:
    """The codes that these friends came by."""
    rows = Referral.objects.filter(pk__in=referral_ids, touch__code__isnull=False)
    return set(rows.values_list("touch__code_id", flat=True))


def burst_of(code_id: int) -> list[int]:
    """The referrals that came by a leaked code, from shortly before it was noticed on."""
    code = ReferralCode.objects.filter(pk=code_id, leaked_at__isnull=False).first()
    if code is None or code.leaked_at is None:
        return []
    rows = Referral.objects.filter(
        advocate=code.advocate_id, touch__code=code, identified_at__gte=code.leaked_at - BURST
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))
