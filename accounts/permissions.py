"""The one table that says which role may do what. Routes name a permission, never a role."""

from accounts.models.members import Role

_VIEW = frozenset(
    {
        *("brand.view", "customers.view", "segments.view", "campaigns.view", "reports.view"),
        *("referrals.view", "partners.view"),
    }
)
_ANALYSE = _VIEW | {"segments.edit", "customers.export"}
_APPROVE = _VIEW | {"campaigns.approve", "referrals.review", "partners.review"}
_MARKET = _ANALYSE | {
    "campaigns.edit",
    "campaigns.send",
    "customers.edit",
    "customers.import",
    "products.edit",
    "referrals.edit",
    "partners.edit",
}
_MANAGE = (
    _MARKET
    | _APPROVE
    | {"brand.edit", "api_keys.manage", "team.view", "spend.edit", "customers.erase"}
    | {"referrals.pay", "partners.pay"}
)
_OWN = _MANAGE | {"team.manage", "brand.delete"}

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.OWNER: frozenset(_OWN),
    Role.MANAGER: frozenset(_MANAGE),
    Role.MARKETER: frozenset(_MARKET),
    Role.ANALYST: frozenset(_ANALYSE),
    Role.APPROVER: frozenset(_APPROVE),
    Role.VIEWER: _VIEW,
}
ALL_PERMISSIONS = frozenset(_OWN)

# What an API key may be allowed to do.
API_SCOPES: dict[str, str] = {
    "customers:read": "Read customers",
    "customers:write": "Add and change customers",
    "customers:erase": "Hand over and erase customers' data",
    "orders:write": "Record orders",
    "order_rule:read": "Read which orders count, and what another rule would do",
    "order_rule:write": "Choose which orders count",
    "products:read": "Read products and what they cost",
    "products:write": "Describe products, and say what they cost",
    "spend:read": "Read monthly spend",
    "spend:write": "Say what was spent",
    "events:write": "Record what customers do",
    "bulk:write": "Send files of many customers, orders or events, and read what became of them",
    "segments:read": "Read and count segments, and list who is in them",
    "segments:write": "Create, change and delete segments",
    "campaigns:read": "Read campaigns",
    "campaigns:write": "Create and launch campaigns",
    "messages:read": "Read what became of transactional mails",
    "messages:send": "Send transactional mails",
    "contact_rules:read": "Read how much mail customers get",
    "contact_rules:write": "Choose how much mail customers get",
    "sending:read": "Read how mail leaves, and how fast",
    "sending:write": "Choose how mail leaves, and how fast",
    "sending_domains:read": "Read sending domains and the records to publish",
    "sending_domains:write": "Add, check and delete sending domains",
    "coupons:read": "Read coupon batches, and who was given which code",
    "coupons:write": "Add coupon batches and codes",
    "coupons:redeem": "Check coupon codes at the till and use them up",
    "referrals:read": "Read referral programmes, referrals and rewards",
    "referrals:write": "Let customers join a referral programme, and attribute friends by hand",
    "rewards:write": "Claim, hold, refuse and pay rewards",
    "touches:write": "Say who came to the shop through whose link",
    "balances:spend": "Spend customers' store credit and points at the checkout",
    "partners:read": "Read partners, their offers, vouchers and statements",
    "partners:write": "Invite partners, and decide on their offers",
    "vouchers:redeem": "Check and redeem vouchers of partners",
    "payouts:write": "Issue statements of partners, and export and confirm payouts",
    "sisters:write": "Grant in writing that a sister brand works with yours, or end it",
}

# What a key of a partner's own system may be allowed to do: on its own partnership alone.
PARTNER_SCOPES: dict[str, str] = {
    "own_offers:read": "Read the partner's own offers, results and statements",
    "own_offers:write": "Write and submit the partner's own offers",
    "own_terms:write": "Agree to the partner's terms with the brand",
    "own_vouchers:redeem": "Check and redeem the partner's own vouchers",
}


def permissions_of(roles: set[str]) -> frozenset[str]:
    """What somebody with these roles may do: the union."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))
