"""Django finds the models here; everyone else imports the module that defines them."""

from referrals.models.links import ReferralCode, Share, Touch
from referrals.models.programmes import (
    Advocate,
    Allowance,
    Programme,
    ProgrammeVersion,
    RewardSettings,
)
from referrals.models.referrals import Decision, Referral, Signal
from referrals.models.rewards import PortalCode, PortalDevice, Reward, RewardStep

__all__ = [
    "Advocate",
    "Allowance",
    "Decision",
    "PortalCode",
    "PortalDevice",
    "Programme",
    "ProgrammeVersion",
    "Referral",
    "ReferralCode",
    "Reward",
    "RewardSettings",
    "RewardStep",
    "Share",
    "Signal",
    "Touch",
]
