"""The base of everything a brand owns."""

from typing import Generic, TypeVar

from django.db import models

from accounts.constraints import owned
from accounts.scope import current_brand_id, current_brand_ids

__all__ = ["BrandOwned", "OwnKey", "ScopedManager", "owned"]

M = TypeVar("M", bound=models.Model)
Target = TypeVar("Target", bound=models.Model | None)


class ScopedManager(models.Manager[M], Generic[M]):
    """Raises ScopeMissing outside a scope; inside, names the brand so its indexes are used."""

    def get_queryset(self) -> models.QuerySet[M]:
        brand_ids = current_brand_ids()
        rows = super().get_queryset()
        if len(brand_ids) == 1:
            return rows.filter(brand_id=brand_ids[0])
        return rows.filter(brand_id__in=brand_ids)


class OwnKey(models.ForeignKey[Target, Target]):
    """A key to another row of the same brand; the composite key in `owned(...)` holds it."""

    def __init__(self, to: str | type[models.Model], **options: object) -> None:
        options.setdefault("on_delete", models.DO_NOTHING)
        options.setdefault("db_index", False)
        options["db_constraint"] = False
        super().__init__(to, **options)  # type: ignore[arg-type]


class BrandOwned(models.Model):
    """Abstract. Each subclass writes `class Meta(BrandOwned.Meta)` and `owned(...)`."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        default=current_brand_id,
        db_index=False,
        related_name="+",
        editable=False,
    )

    objects = ScopedManager["BrandOwned"]()

    class Meta:
        abstract = True
        default_manager_name = "objects"
