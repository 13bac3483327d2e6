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
        ("campaigns", "0004_tracking"),
        ("customers", "0006_brand_control"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="test_percent",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="campaign",
            name="winner",
            field=models.CharField(blank=True, db_default="", default="", max_length=1),
        ),
        migrations.CreateModel(
            name="CouponBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ("name", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[("percent", "Per cent off"), ("amount", "Money off")], max_length=8
                    ),
                ),
                ("value", models.BigIntegerField()),
                ("minimum_minor", models.BigIntegerField(db_default=0, default=0)),
                (
                    "products",
                    models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
                ),
                ("expires_on", models.DateField(null=True)),
                ("is_stackable", models.BooleanField(db_default=False, default=False)),
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
            name="Coupon",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("code_norm", models.CharField(editable=False, max_length=60)),
                ("drawn_at", models.DateTimeField(null=True)),
                ("redeemed_at", models.DateTimeField(null=True)),
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
                    "campaign",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="coupons",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "customer",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="coupons",
                        to="customers.customer",
                    ),
                ),
                (
                    "order",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="coupons",
                        to="customers.order",
                    ),
                ),
                (
                    "batch",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="coupons",
                        to="campaigns.couponbatch",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CampaignCoupons",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "campaign",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="coupon_choices",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "batch",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="campaign_choices",
                        to="campaigns.couponbatch",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="AttributionRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("days", models.PositiveIntegerField(default=7)),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "id"), name="attribution_rule_brand_id"
                    ),
                    accounts.constraints.RowSecurity(name="attribution_rule_row_security"),
                    models.UniqueConstraint(fields=("brand",), name="attribution_rule_once"),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("days__lte", 90)),
                        name="attribution_rule_bounded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignVariant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("letter", models.CharField(max_length=1)),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("preheader", models.CharField(blank=True, max_length=200)),
                ("blocks", models.JSONField(default=list)),
                (
                    "translations",
                    models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=config.kit.clock.now,
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
                    "campaign",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="variants",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "id"), name="campaign_variant_brand_id"
                    ),
                    accounts.constraints.RowSecurity(name="campaign_variant_row_security"),
                    accounts.constraints.BrandFK(
                        field="campaign", name="campaign_variant_campaign_same_brand"
                    ),
                    models.UniqueConstraint(
                        fields=("brand", "campaign", "letter"), name="campaign_variant_letter"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("letter__in", ["B", "C", "D", "E", "F"])),
                        name="campaign_variant_known",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="couponbatch",
            constraint=models.UniqueConstraint(
                fields=("brand", "id"), name="coupon_batch_brand_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="couponbatch",
            constraint=accounts.constraints.RowSecurity(name="coupon_batch_row_security"),
        ),
        migrations.AddConstraint(
            model_name="couponbatch",
            constraint=models.UniqueConstraint(fields=("brand", "uid"), name="coupon_batch_uid"),
        ),
        migrations.AddConstraint(
            model_name="couponbatch",
            constraint=models.UniqueConstraint(fields=("brand", "name"), name="coupon_batch_name"),
        ),
        migrations.AddConstraint(
            model_name="couponbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "percent"), ("value__gte", 1), ("value__lte", 100)),
                    models.Q(("kind", "amount"), ("value__gte", 1)),
                    _connector="OR",
                ),
                name="coupon_batch_worth",
            ),
        ),
        migrations.AddIndex(
            model_name="coupon",
            index=models.Index(
                condition=models.Q(("customer__isnull", True), ("redeemed_at__isnull", True)),
                fields=["brand", "batch", "id"],
                name="coupon_free",
            ),
        ),
        migrations.AddIndex(
            model_name="coupon",
            index=models.Index(
                condition=models.Q(("customer__isnull", False)),
                fields=["brand", "customer"],
                name="coupon_customer",
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.UniqueConstraint(fields=("brand", "id"), name="coupon_brand_id"),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=accounts.constraints.RowSecurity(name="coupon_row_security"),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=accounts.constraints.BrandFK(field="batch", name="coupon_batch_same_brand"),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=accounts.constraints.BrandFK(
                field="campaign", name="coupon_campaign_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=accounts.constraints.BrandFK(
                field="customer", name="coupon_customer_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=accounts.constraints.BrandFK(field="order", name="coupon_order_same_brand"),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.UniqueConstraint(fields=("brand", "code_norm"), name="coupon_code"),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.UniqueConstraint(
                condition=models.Q(("customer__isnull", False)),
                fields=("brand", "campaign", "customer"),
                name="coupon_drawn_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaigncoupons",
            constraint=models.UniqueConstraint(
                fields=("brand", "id"), name="campaign_coupons_brand_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaigncoupons",
            constraint=accounts.constraints.RowSecurity(name="campaign_coupons_row_security"),
        ),
        migrations.AddConstraint(
            model_name="campaigncoupons",
            constraint=accounts.constraints.BrandFK(
                field="campaign", name="campaign_coupons_campaign_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaigncoupons",
            constraint=accounts.constraints.BrandFK(
                field="batch", name="campaign_coupons_batch_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaigncoupons",
            constraint=models.UniqueConstraint(
                fields=("brand", "campaign"), name="campaign_coupons_once"
            ),
        ),
    ]
