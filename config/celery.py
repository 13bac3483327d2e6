"""Celery: the doorbell. What is to be done stands in PostgreSQL (accounts.WorkItem)."""

import logging
import os
from logging.config import dictConfig

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
        "tend-offers": {
            "task": "partners.tasks.tend_all_offers",
            "schedule": 300.0,
            "options": {"queue": "default", "expires": 300},
        },
        "tend-packs": {
            "task": "partners.tasks.tend_all_packs",
            "schedule": crontab(minute="8,23,38,53"),
            "options": {"queue": "default"},
        },
        "sweep": {
            "task": "accounts.tasks.sweep",
            "schedule": 10.0,
            "options": {"queue": "default", "expires": 30},
        },
        "name-countries": {
            "task": "customers.tasks.name_all_countries",
            "schedule": crontab(hour=2, minute=30),
            "options": {"queue": "default"},
        },
        "audit-facts": {
            "task": "customers.tasks.audit_facts",
            "schedule": crontab(hour=3, minute=0),
            "options": {"queue": "default"},
        },
        "audit-memberships": {
            "task": "customers.tasks.audit_memberships",
            "schedule": crontab(hour=3, minute=30),
            "options": {"queue": "default"},
        },
        "look-for-duplicates": {
            "task": "customers.tasks.look_for_duplicates",
            "schedule": crontab(hour=4, minute=0),
            "options": {"queue": "default"},
        },
        "check-sending-domains": {
            "task": "campaigns.tasks.check_all_sending_domains",
            "schedule": crontab(hour=1, minute=30),
            "options": {"queue": "default"},
        },
        "judge-hits": {
            "task": "campaigns.tasks.judge_all_hits",
            "schedule": crontab(hour=2, minute=0),
            "options": {"queue": "default"},
        },
        "decide-overdue-reviews": {
            "task": "referrals.tasks.decide_all_overdue_reviews",
            "schedule": crontab(minute="5,20,35,50"),
            "options": {"queue": "default"},
        },
        "lapse-referrals": {
            "task": "referrals.tasks.lapse_all_referrals",
            "schedule": crontab(hour=1, minute=0),
            "options": {"queue": "default"},
        },
        "tend-rewards": {
            "task": "referrals.tasks.tend_all_rewards",
            "schedule": 300.0,
            "options": {"queue": "default", "expires": 300},
        },
        "tend-vouchers": {
            "task": "partners.tasks.tend_all_vouchers",
            "schedule": 300.0,
            "options": {"queue": "default", "expires": 300},
        },
        "forget-applications": {
            "task": "partners.tasks.forget_all_applications",
            "schedule": crontab(hour=1, minute=45),
            "options": {"queue": "default"},
        },
        "tend-settlements": {
            "task": "partners.tasks.tend_all_settlements",
            "schedule": 300.0,
            "options": {"queue": "default", "expires": 300},
        },
        "look-for-dirty": {
            "task": "customers.tasks.look_for_dirty",
            "schedule": 60.0,
            "options": {"queue": "default", "expires": 60},
        },
        "expire-balances": {
            "task": "accounts.tasks.expire_all_balances",
            "schedule": 300.0,
            "options": {"queue": "default", "expires": 300},
        },
        "check-ledgers": {
            "task": "accounts.tasks.check_all_ledgers",
            "schedule": crontab(hour=4, minute=30),
            "options": {"queue": "default"},
        },
        "forget-answers": {
            "task": "accounts.tasks.forget_answers",
            "schedule": crontab(minute=30),
            "options": {"queue": "default"},
        },
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
