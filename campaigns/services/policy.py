"""Changing the brand's contact rules."""

import msgspec
from django.db import transaction

from accounts.models.brands import Brand
from accounts.models.work import WorkItem
from accounts.scope import current_actor, current_brand_id
from accounts.services.events import record
from campaigns.events import ContactRulesChanged
from campaigns.models.policy import ContactPolicy
from campaigns.models.senders import Chunk
from campaigns.rules.pressure import Rules, refusals
from campaigns.selectors.policy import contact_rules
from campaigns.services.planning import SEND_CHUNK
from config.kit.clock import now
from config.kit.errors import Invalid


def set_contact_rules(rules: Rules) -> bool:
    """These and no others, from the next mail on; also for campaigns on their way. False when
    nothing is different. Raises Invalid."""
    wrong = refusals(rules)
    if wrong:
        raise Invalid(wrong[0])
    with transaction.atomic():
        # Two people at once: the second sees what the first one set.
        Brand.objects.select_for_update(no_key=True).get(pk=current_brand_id())
        if contact_rules() == rules:
            return False
        actor = current_actor()
        policy = ContactPolicy.objects.create(
            rules=msgspec.to_builtins(rules),
            by_id=actor.id if actor.kind == "user" else None,
        )
        record(ContactRulesChanged(subject_id=policy.pk))
        _ask_again()
    return True


def _ask_again() -> None:
    """Whoever waits for their turn may have it now."""
    waiting = Chunk.objects.filter(waiting__gt=0).values_list("pk", flat=True)
    items = WorkItem.objects.filter(
        brand_id=current_brand_id(), kind=SEND_CHUNK, owner=None, ref_id__in=list(waiting)
    )
    items.update(due_at=now())
