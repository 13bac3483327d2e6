import django.db.models.deletion
import django.db.models.functions.datetime
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import accounts.constraints
import accounts.models.base
import accounts.scope
import config.kit.clock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_kept_answer"),
        ("campaigns", "0006_languages_and_library"),
        ("customers", "0007_attribute_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="contact_kind",
            field=models.CharField(
                choices=[
                    ("campaign", "News and offers"),
                    ("referral", "Asking for a referral"),
                    ("partner", "Offers of partners"),
                    ("survey", "Surveys"),
                ],
                db_default="campaign",
                default="campaign",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="chunk",
            name="waiting",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        AddConstraintNotValid(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("contact_kind__in", ["campaign", "referral", "partner", "survey"])
                ),
                name="campaign_contact_kind_known",
            ),
        ),
        migrations.CreateModel(
            name="ContactPolicy",
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
                ("rules", models.JSONField(default=dict)),
                ("by_id", models.BigIntegerField(editable=False, null=True)),
                (
                    "since",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=config.kit.clock.now,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Reservation",
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
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=config.kit.clock.now,
                    ),
                ),
                (
                    "campaign",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="reservations",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "customer",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="reservations",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="contactpolicy",
            index=models.Index(fields=["brand", "since"], name="contact_policy_since"),
        ),
        migrations.AddConstraint(
            model_name="contactpolicy",
            constraint=models.UniqueConstraint(
                fields=("brand", "id"), name="contact_policy_brand_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpolicy",
            constraint=accounts.constraints.RowSecurity(name="contact_policy_row_security"),
        ),
        migrations.AddConstraint(
            model_name="contactpolicy",
            constraint=accounts.constraints.AppendOnly(name="contact_policy_append_only"),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.UniqueConstraint(fields=("brand", "id"), name="reservation_brand_id"),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=accounts.constraints.RowSecurity(name="reservation_row_security"),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=accounts.constraints.BrandFK(
                field="campaign", name="reservation_campaign_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=accounts.constraints.BrandFK(
                field="customer", name="reservation_customer_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.UniqueConstraint(
                fields=("brand", "customer", "campaign"), name="reservation_once"
            ),
        ),
    ]
