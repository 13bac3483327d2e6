"""Celery: the doorbell. What is to be done stands in PostgreSQL (accounts.WorkItem)."""

import logging
import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, worker_init
from django.conf import settings
from kombu import Queue

from config.roles import refuse_powerful_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# A worker listens to all of them; a larger house gives the slow ones workers of their own (-Q).
# Looks at a whole segment are on `plan`, so that `segments` holds turns of seconds only.
# One mail that somebody waits for (`messages`) is never behind the mails of a campaign.
QUEUES = ("default", "events", "imports", "messages", "plan", "segments")


def _every(seconds: int, task: str, *, expires: int | None = None) -> dict[str, Any]:
    """What beat rings for again and again; a ring that nobody heard is not kept."""
    options = {"queue": "default", "expires": expires or seconds}
    return {"task": task, "schedule": float(seconds), "options": options}


def _at(task: str, **when: int | str) -> dict[str, Any]:
    """What beat rings for at these times of the day (UTC)."""
    return {"task": task, "schedule": crontab(**when), "options": {"queue": "default"}}


app = Celery("rapport", broker=settings.BROKER_URL)
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_time_limit=120,
    task_soft_time_limit=100,
    task_queues=[Queue(name) for name in QUEUES],
    task_create_missing_queues=False,
    task_default_queue="default",
    broker_transport_options={"visibility_timeout": 120},
    broker_connection_retry_on_startup=True,
    task_always_eager=False,
    timezone="UTC",
    beat_schedule={
        "tend-offers": _every(300, "partners.tasks.tend_all_offers"),
        "tend-packs": _at("partners.tasks.tend_all_packs", minute="8,23,38,53"),
        "sweep": _every(10, "accounts.tasks.sweep", expires=30),
        "name-countries": _at("customers.tasks.name_all_countries", hour=2, minute=30),
        "audit-facts": _at("customers.tasks.audit_facts", hour=3, minute=0),
        "audit-memberships": _at("customers.tasks.audit_memberships", hour=3, minute=30),
        "look-for-duplicates": _at("customers.tasks.look_for_duplicates", hour=4, minute=0),
        "check-sending-domains": _at(
            "campaigns.tasks.check_all_sending_domains", hour=1, minute=30
        ),
        "judge-hits": _at("campaigns.tasks.judge_all_hits", hour=2, minute=0),
        "decide-overdue-reviews": _at(
            "referrals.tasks.decide_all_overdue_reviews", minute="5,20,35,50"
        ),
        "lapse-referrals": _at("referrals.tasks.lapse_all_referrals", hour=1, minute=0),
        "tend-rewards": _every(300, "referrals.tasks.tend_all_rewards"),
        "tend-vouchers": _every(300, "partners.tasks.tend_all_vouchers"),
        "forget-applications": _at("partners.tasks.forget_all_applications", hour=1, minute=45),
        "tend-settlements": _every(300, "partners.tasks.tend_all_settlements"),
        "look-for-dirty": _every(60, "customers.tasks.look_for_dirty"),
        "expire-balances": _every(300, "accounts.tasks.expire_all_balances"),
        "check-ledgers": _at("accounts.tasks.check_all_ledgers", hour=4, minute=30),
        "forget-answers": _at("accounts.tasks.forget_answers", minute=30),
    },
)


@setup_logging.connect
def _log_as_everywhere(loglevel: int, **_: object) -> None:
    """Celery's own handlers would write errors, with the addresses in them, as they are."""
    dictConfig(settings.LOGGING)
    logging.getLogger("celery").setLevel(loglevel)


@worker_init.connect
def _refuse_powerful_role(**_: object) -> None:
    refuse_powerful_role()
