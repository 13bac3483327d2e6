import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import accounts.constraints
import accounts.models.base
import accounts.scope
import config.kit.clock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_kept_answer"),
        ("campaigns", "0003_validate_plans"),
        ("customers", "0005_facts_in_their_order"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="feedback",
            name="feedback_append_only",
        ),
        migrations.AddField(
            model_name="feedback",
            name="hints",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="feedback",
            name="network",
            field=models.CharField(blank=True, db_default="", default="", max_length=43),
        ),
        migrations.AddConstraint(
            model_name="feedback",
            constraint=accounts.constraints.AppendOnly(
                but=("is_machine",), name="feedback_append_only"
            ),
        ),
        migrations.CreateModel(
            name="Preference",
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
                ("at_most_days", models.PositiveIntegerField(null=True)),
                ("paused_until", models.DateField(null=True)),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=config.kit.clock.now,
                    ),
                ),
                (
                    "customer",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="preferences",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SendingDomain",
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
                ("domain", models.CharField(max_length=253)),
                ("selector", models.CharField(max_length=63)),
                (
                    "algorithm",
                    models.CharField(
                        choices=[("rsa", "RSA 2048"), ("ed25519", "Ed25519")],
                        default="rsa",
                        max_length=8,
                    ),
                ),
                ("private_key", models.TextField(editable=False)),
                ("public_key", models.TextField(editable=False)),
                (
                    "return_domain",
                    models.CharField(blank=True, db_default="", default="", max_length=253),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Not verified yet"),
                            ("verified", "Verified"),
                            ("failing", "Records are missing"),
                        ],
                        default="new",
                        max_length=8,
                    ),
                ),
                ("findings", models.JSONField(default=dict)),
                ("checked_at", models.DateTimeField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=config.kit.clock.now,
                        editable=False,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.UniqueConstraint(fields=("brand", "id"), name="preference_brand_id"),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=accounts.constraints.RowSecurity(name="preference_row_security"),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=accounts.constraints.BrandFK(
                field="customer", name="preference_customer_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.UniqueConstraint(
                fields=("brand", "customer"), name="preference_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("at_most_days__isnull", True),
                    models.Q(("at_most_days__gte", 1), ("at_most_days__lte", 366)),
                    _connector="OR",
                ),
                name="preference_days_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingdomain",
            constraint=models.UniqueConstraint(
                fields=("brand", "id"), name="sending_domain_brand_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingdomain",
            constraint=accounts.constraints.RowSecurity(name="sending_domain_row_security"),
        ),
        migrations.AddConstraint(
            model_name="sendingdomain",
            constraint=models.UniqueConstraint(
                fields=("brand", "domain"), name="sending_domain_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingdomain",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["new", "verified", "failing"])),
                name="sending_domain_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingdomain",
            constraint=models.CheckConstraint(
                condition=models.Q(("algorithm__in", ["rsa", "ed25519"])),
                name="sending_domain_algorithm_known",
            ),
        ),
    ]
