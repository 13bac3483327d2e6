import accounts.constraints
import accounts.scope
import config.kit.clock
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_kept_answer"),
        ("customers", "0011_segment_member_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentWording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("purpose", models.CharField(max_length=20)),
                ("version", models.CharField(max_length=40)),
                ("text", models.TextField(max_length=1000)),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "id"), name="consent_wording_brand_id"
                    ),
                    accounts.constraints.RowSecurity(name="consent_wording_row_security"),
                    models.UniqueConstraint(
                        fields=("brand", "purpose", "version"), name="consent_wording_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignUpRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_double", models.BooleanField(db_default=True, default=True)),
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
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "id"), name="sign_up_rule_brand_id"),
                    accounts.constraints.RowSecurity(name="sign_up_rule_row_security"),
                    models.UniqueConstraint(fields=("brand",), name="sign_up_rule_once"),
                ],
            },
        ),
    ]
