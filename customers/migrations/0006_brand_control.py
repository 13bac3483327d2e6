import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import accounts.constraints
import accounts.scope
import config.kit.clock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_kept_answer"),
        ("customers", "0005_facts_in_their_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="BrandControl",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("percent", models.PositiveIntegerField()),
                ("salt", models.BinaryField(max_length=32)),
                ("by_id", models.BigIntegerField(editable=False, null=True)),
                (
                    "since",
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
                "indexes": [models.Index(fields=["brand", "since"], name="brand_control_since")],
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "id"), name="brand_control_brand_id"),
                    accounts.constraints.RowSecurity(name="brand_control_row_security"),
                    accounts.constraints.AppendOnly(name="brand_control_append_only"),
                    models.CheckConstraint(
                        condition=models.Q(("percent__lte", 50)), name="brand_control_bounded"
                    ),
                ],
            },
        ),
    ]
