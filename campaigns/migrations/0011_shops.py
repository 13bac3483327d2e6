import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import accounts.constraints
import accounts.models.base
import accounts.scope
import config.kit.clock
import config.kit.sql


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_kept_answer"),
        ("campaigns", "0008_transports"),
    ]

    operations = [
        migrations.AddField(
            model_name="coupon",
            name="is_usable",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="coupon",
            name="problem",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.CreateModel(
            name="Shop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("shopify", "Shopify")], default="shopify", max_length=10
                    ),
                ),
                ("address", models.CharField(max_length=300)),
                ("token", models.TextField(editable=False)),
                (
                    "problem",
                    models.CharField(blank=True, db_default="", default="", max_length=300),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=config.kit.clock.now,
                        editable=False,
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        default=accounts.scope.current_brand_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.brand",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ShopBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Asked for"),
                            ("creating", "Being made"),
                            ("confirmed", "Made"),
                            ("failed", "Failed"),
                        ],
                        default="requested",
                        max_length=9,
                    ),
                ),
                (
                    "discount_ref",
                    models.CharField(blank=True, db_default="", default="", max_length=200),
                ),
                (
                    "job_ref",
                    models.CharField(blank=True, db_default="", default="", max_length=200),
                ),
                ("attempts", models.PositiveIntegerField(db_default=0, default=0)),
                ("error", models.CharField(blank=True, db_default="", default="", max_length=300)),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=config.kit.clock.now,
                    ),
                ),
                (
                    "batch",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="shop_batches",
                        to="campaigns.couponbatch",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        default=accounts.scope.current_brand_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.brand",
                    ),
                ),
                (
                    "shop",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="batches",
                        to="campaigns.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.UniqueConstraint(fields=("brand", "id"), name="shop_brand_id"),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=accounts.constraints.RowSecurity(name="shop_row_security"),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.UniqueConstraint(fields=("brand", "uid"), name="shop_uid"),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.UniqueConstraint(fields=("brand", "address"), name="shop_once"),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["shopify"])), name="shop_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="shopbatch",
            constraint=models.UniqueConstraint(fields=("brand", "id"), name="shop_batch_brand_id"),
        ),
        migrations.AddConstraint(
            model_name="shopbatch",
            constraint=accounts.constraints.RowSecurity(name="shop_batch_row_security"),
        ),
        migrations.AddConstraint(
            model_name="shopbatch",
            constraint=accounts.constraints.BrandFK(
                field="batch", name="shop_batch_batch_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="shopbatch",
            constraint=accounts.constraints.BrandFK(
                field="shop", name="shop_batch_shop_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="shopbatch",
            constraint=models.UniqueConstraint(fields=("brand", "batch"), name="shop_batch_once"),
        ),
        migrations.AddConstraint(
            model_name="shopbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["requested", "creating", "confirmed", "failed"])),
                name="shop_batch_state_known",
            ),
        ),
    ]
