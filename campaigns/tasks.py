"""What the worker does for campaigns; sending itself is the senders' work."""

from accounts.scope import brand_scope
from accounts.work import background
from campaigns.services import control, planning
from config.kit.errors import DomainError


@background(queue="plan")
def plan_campaign(brand_id: int, ref_id: int) -> None:
    try:
        with brand_scope(brand_id):
            planning.plan(ref_id)
    except DomainError as error:
        with brand_scope(brand_id):
            control.fail_campaign(ref_id, error=error.message)
