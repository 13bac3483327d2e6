"""Which referral programmes there are, and what holds in them."""

import msgspec
from django.db.models import QuerySet

from referrals.models.programmes import Programme, ProgrammeVersion, RewardSettings
from referrals.rules.terms import RewardTerms, Terms, read_terms


def programmes() -> QuerySet[Programme]:
    """All of them, newest first."""
    return Programme.objects.order_by("-id")


def live_programmes() -> QuerySet[Programme]:
    """Those that take part in what happens now, oldest first."""
    return Programme.objects.filter(state=Programme.State.LIVE).order_by("id")


def has_begun() -> bool:
    """Whether anything can be owed to a referral: one cheap look for brands without."""
    return Programme.objects.filter(version__gte=1).exists()


def draft_of(programme: Programme) -> Terms:
    """What the set-up pages edit."""
    return read_terms(programme.draft)


def current_version(programme: Programme) -> ProgrammeVersion:
    """The terms that hold. Raises ProgrammeVersion.DoesNotExist for one that never started."""
    return ProgrammeVersion.objects.get(programme=programme, number=programme.version)


def terms_of(version: ProgrammeVersion) -> Terms:
    return read_terms(version.terms)


def terms_for(version: ProgrammeVersion, arm: int | None) -> Terms:
    """The terms as somebody in this arm of the experiment was promised them (`Advocate.arm`)."""
    terms = terms_of(version)
    if arm is None or arm >= len(terms.arms):
        return terms
    offer = terms.arms[arm]
    texts = msgspec.structs.replace(
        terms.texts,
        headline=offer.headline or terms.texts.headline,
        share=offer.share or terms.texts.share,
    )
    return msgspec.structs.replace(
        terms,
        advocate=_or(offer.advocate, terms.advocate),
        friend=_or(offer.friend, terms.friend),
        texts=texts,
    )


def spends() -> list[str]:
    """Which kinds of rewards the brand's shop lets customers spend."""
    settings = RewardSettings.objects.first()
    return list(settings.spends) if settings else []


def _or(offered: RewardTerms | None, usual: RewardTerms | None) -> RewardTerms | None:
    return usual if offered is None else offered
