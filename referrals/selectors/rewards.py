"""What was promised for a reward, and what a point is worth."""

from referrals.models.programmes import Advocate, ProgrammeVersion, RewardSettings
from referrals.models.rewards import Reward
from referrals.rules.terms import RewardTerms
from referrals.selectors.programmes import terms_for


def terms_of_reward(reward: Reward) -> RewardTerms:
    """The promise it was made by, as it was frozen, with the advocate's arm of the experiment."""
    arm = Advocate.objects.values_list("arm", flat=True).get(pk=reward.advocate_id)
    return promised(reward.version, arm, reward.rule)


def promised(version: ProgrammeVersion, arm: int | None, rule: str) -> RewardTerms:
    """What a rule ("advocate", "friend", "tier:<at>:<count>") promises."""
    terms = terms_for(version, arm)
    if rule.startswith("tier:"):
        at = int(rule.split(":")[1])
        return next(tier.reward for tier in terms.tiers if tier.at == at)
    found = terms.advocate if rule == "advocate" else terms.friend
    assert found is not None, rule
    return found


def point_minor() -> int:
    """What one point is worth, in minor units of the brand's currency."""
    settings = RewardSettings.objects.first()
    return settings.point_minor if settings else 1
