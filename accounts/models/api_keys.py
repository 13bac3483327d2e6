"""Keys of a brand's own programs, and what they have already asked for."""

from django.db import models

from config.kit.clock import now


class ApiKey(models.Model):
    """A key bound to one brand. Only its hash is kept; the key itself is shown once."""

    brand = models.ForeignKey("accounts.Brand", on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=12, editable=False)
    key_hash = models.BinaryField(unique=True, editable=False, max_length=32)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """The first answer to a request, kept for its repeats (trust rule 15).

    Holds hashes, a status and the stored answer of our own API, no request body."""

    brand = models.ForeignKey("accounts.Brand", on_delete=models.CASCADE, related_name="+")
    actor = models.CharField(max_length=40)
    route = models.CharField(max_length=200)
    key_hash = models.BinaryField(max_length=32)
    body_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    response = models.BinaryField(null=True)
    claimed_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "actor", "route", "key_hash"], name="idempotency_key_once"
            )
        ]
        indexes = [models.Index(fields=["claimed_at"], name="idempotency_claimed_at")]

    def __str__(self) -> str:
        return self.route
