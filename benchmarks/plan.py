"""How long it takes to enqueue a campaign to a million people, and what a sender needs to send it.

    python benchmarks/plan.py                     1,000,000 people
    python benchmarks/plan.py --quick             50,000 people
    python benchmarks/plan.py --people 200000     as many as you like
    python benchmarks/plan.py --json              the same as one JSON object

Enqueued is what planning does from the launched campaign to chunks that senders take up: segment,
consent, do-not-mail list, control group and variant of everybody, in one statement. The yardstick,
in turns with it, copies as many rows of three numbers from the same customers into a bare table
without index or key. Then a real `manage.py sender` works on what was planned until it has sent
30,000 mails, or all of them; its memory is the most it ever had.
"""

import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import test_database

# isort: split

from django.db import connection

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from benchmarks.people import Cost, load_average, measured
from benchmarks.send import drafted, peak_megabytes, ready, sender, sink, taken
from benchmarks.telling import options, tell
from campaigns.models.campaigns import Campaign
from campaigns.services.planning import plan
from config.roles import as_migrate_role

ROUNDS = 3
SENT = 30_000
PATIENCE_SECONDS = 600
_BARE_TABLE = "CREATE TABLE bare (brand_id bigint, campaign_id bigint, customer_id bigint)"
_BARE = """
INSERT INTO bare
SELECT brand_id, 1, id FROM customers_customer WHERE brand_id = %(brand_id)s ORDER BY id
"""


def bare(brand: Brand) -> Cost:
    costs: dict[str, Cost] = {}
    with brand_scope(brand), connection.cursor() as cursor, measured(costs, "bare"):
        cursor.execute(_BARE, {"brand_id": brand.pk})
    return costs["bare"]


def copy_of(campaign: Campaign) -> Campaign:
    """The same once more, launched and not yet planned."""
    return Campaign.objects.create(
        name=campaign.name,
        segment=campaign.segment,
        subject=campaign.subject,
        blocks=campaign.blocks,
        frozen=campaign.frozen,
        state=Campaign.State.LAUNCHING,
    )


def planned(brand: Brand, first: Campaign, people: int) -> Cost:
    with brand_scope(brand):
        campaign = copy_of(first)
    costs: dict[str, Cost] = {}
    with brand_scope(brand), measured(costs, "plan"):
        plan(campaign.pk)
    with brand_scope(brand):
        campaign.refresh_from_db()
    assert campaign.planned == people, f"{campaign.planned} of {people} are planned"
    return costs["plan"]


def megabytes_of_a_sender(mails: int) -> float:
    with sink() as port, sender(port) as pid:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while taken(port) < mails:
            assert time.monotonic() < deadline, "the sender has stopped"
            time.sleep(0.2)
        return peak_megabytes(pid)


def measure(people: int) -> dict[str, Any]:
    brand = ready(people)
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute(_BARE_TABLE)
    campaign = drafted(brand, "small")
    bares, plans = [bare(brand)], []
    for _ in range(ROUNDS):
        plans.append(planned(brand, campaign, people))
        bares.append(bare(brand))
    cpu, bare_cpu = (statistics.median(each.cpu for each in costs) for costs in (plans, bares))
    return {
        "figures": {
            "people": people,
            "enqueue_seconds": round(statistics.median(each.wall for each in plans), 2),
            "enqueue_cpu_seconds": round(cpu, 2),
            "sender_mb": megabytes_of_a_sender(min(people, SENT)),
            "load_average": load_average(),
        },
        "yardsticks": {
            "bare_seconds": round(statistics.median(each.wall for each in bares), 2),
            "bare_cpu_seconds": round(bare_cpu, 2),
        },
        "ratios": {"enqueue_cpu_to_bare": round(cpu / bare_cpu, 2)},
    }


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--people", type=int, default=0)
    arguments = parser.parse_args()
    with test_database():
        result = measure(arguments.people or (50_000 if arguments.quick else 1_000_000))
    tell(result, as_json=arguments.json)


if __name__ == "__main__":
    main()
