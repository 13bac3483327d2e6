"""What the worker does for campaigns; sending itself is the senders' work."""

from accounts.scope import brand_scope
from accounts.work import background
from campaigns.services import planning


@background(queue="plan")
def plan_campaign(brand_id: int, ref_id: int) -> None:
    with brand_scope(brand_id):
        planning.plan(ref_id)
