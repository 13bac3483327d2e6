"""Who reacts to what: to events what urls.py is to requests. Read it top to bottom."""

from accounts.events import ApiKeyCreated, ApiKeyRevoked, BrandChanged, BrandCreated, MemberChanged
from accounts.routing import audit_only, on
from campaigns.events import (
    CampaignCancelled,
    CampaignDeleted,
    CampaignPaused,
    CampaignResumed,
    TemplateDeleted,
)
from campaigns.handlers import give_starter_templates

on(BrandCreated, give_starter_templates)

audit_only(ApiKeyCreated, ApiKeyRevoked, BrandChanged, MemberChanged)
audit_only(CampaignCancelled, CampaignDeleted, CampaignPaused, CampaignResumed, TemplateDeleted)
