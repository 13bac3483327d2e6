"""Who reacts to what: to events what urls.py is to requests. Read it top to bottom."""

from accounts.events import ApiKeyCreated, ApiKeyRevoked, BrandChanged, BrandCreated, MemberChanged
from accounts.routing import audit_only

audit_only(ApiKeyCreated, ApiKeyRevoked, BrandChanged, BrandCreated, MemberChanged)
