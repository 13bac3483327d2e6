"""Keys of a brand's own programs, and what they have already asked for."""

from django.db import models

from accounts.models.base import BrandOwned, owned
from config.kit.clock import now


class ApiKey(models.Model):
    """A key bound to one brand. Only its hash is kept; the key itself is shown once."""

    brand = models.ForeignKey("accounts.Brand", on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=12, editable=False)
    key_hash = models.BinaryField(unique=True, editable=False, max_length=32)
    scopes = models.JSONField(default=list)
    # Of a partner's own system: the partnership it speaks for, and nothing else.
    partnership_id = models.BigIntegerField(null=True, editable=False)
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
    """A request that came with an Idempotency-Key (trust rule 15); outside row security, so it
    holds hashes and a status only."""

    brand = models.ForeignKey("accounts.Brand", on_delete=models.CASCADE, related_name="+")
    actor = models.CharField(max_length=40)
    route = models.CharField(max_length=200)
    key_hash = models.BinaryField(max_length=32)
    body_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
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


class KeptAnswer(BrandOwned):
    """The first answer to such a request, for its repeats. It may speak of customers, so it
    stands behind row security; `claim_id` is the IdempotencyKey."""

    claim_id = models.BigIntegerField()
    body = models.BinaryField()
    kept_at = models.DateTimeField(default=now)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("kept_answer"),
            models.UniqueConstraint(fields=["brand", "claim_id"], name="kept_answer_once"),
        ]
        indexes = [models.Index(fields=["brand", "kept_at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return f"Answer to request {self.claim_id}"
