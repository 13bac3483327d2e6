"""How a brand's mail leaves, how fast it may, and when the next one may."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, owned
from config.kit.clock import now


class Transport(BrandOwned):
    """A brand's way out; without one, its mail leaves by EMAIL_URL as fast as that takes it."""

    class Kind(models.TextChoices):
        HOUSE = "house", "The mail server of this installation"
        SMTP = "smtp", "A mail server of your own"
        BREVO = "brevo", "Brevo"
        MAILERSEND = "mailersend", "MailerSend"
        MAILGUN = "mailgun", "Mailgun (USA)"
        MAILGUN_EU = "mailgun_eu", "Mailgun (EU)"
        MAILJET = "mailjet", "Mailjet"
        MANDRILL = "mandrill", "Mandrill (Mailchimp Transactional)"
        POSTMARK = "postmark", "Postmark"
        RESEND = "resend", "Resend"
        SENDGRID = "sendgrid", "SendGrid"
        SPARKPOST = "sparkpost", "SparkPost (USA)"
        SPARKPOST_EU = "spark_eu", "SparkPost (EU)"

    class Security(models.TextChoices):
        STARTTLS = "starttls", "STARTTLS (mostly port 587)"
        TLS = "tls", "TLS from the first byte (mostly port 465)"
        NONE = "none", "None (mostly port 25)"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.HOUSE)
    host = models.CharField(max_length=253, blank=True, default="")
    port = models.PositiveIntegerField(null=True)
    security = models.CharField(max_length=8, choices=Security.choices, default=Security.STARTTLS)
    username = models.CharField(max_length=200, blank=True, default="")
    # Password or key of an API, sealed by config.kit.sealed; never shown.
    secret = models.TextField(blank=True, default="", editable=False)
    # By provider: what its webhooks are believed by, sealed as `secret` is. It stays when the way
    # changes, because mails come back for days.
    hook_keys = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    # Mails a minute; null: as many as the other side takes.
    per_minute = models.PositiveIntegerField(null=True)
    # {"gmail.com": 600}: mails a minute to addresses of one domain.
    domain_limits = models.JSONField(default=dict)
    # Of the last test mail: {"code": ..., "words": ..., "at": ...}.
    trial = models.JSONField(default=dict)
    # A change makes senders forget what they know of the former way.
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("transport"),
            models.UniqueConstraint(fields=["brand"], name="transport_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        *("house", "smtp", "brevo", "mailersend", "mailgun", "mailgun_eu"),
                        *("mailjet", "mandrill", "postmark", "resend", "sendgrid"),
                        *("sparkpost", "spark_eu"),
                    ]
                ),
                name="transport_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(security__in=["starttls", "tls", "none"]),
                name="transport_security_known",
            ),
            models.CheckConstraint(
                condition=Q(per_minute__isnull=True) | Q(per_minute__gte=1),
                name="transport_moves",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.host}".strip()


class Pace(BrandOwned):
    """When the next mail of a brand may leave (`domain` empty), or the next one to a domain.

    The theoretical arrival time of the generic cell rate algorithm (ITU-T I.371): one row for all
    senders, moved forward by each mail."""

    domain = models.CharField(max_length=253, blank=True, default="")
    ready_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("pace"),
            models.UniqueConstraint(fields=["brand", "domain"], name="pace_once"),
        ]

    def __str__(self) -> str:
        return f"{self.domain or 'all'} from {self.ready_at:%H:%M:%S}"
