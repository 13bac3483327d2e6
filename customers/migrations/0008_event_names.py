import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import accounts.constraints
import accounts.scope
import config.kit.clock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("customers", "0007_permission"),
    ]

    operations = [
        migrations.CreateModel(
            name="EventName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "first_at",
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
            },
        ),
        migrations.AddConstraint(
            model_name="eventname",
            constraint=models.UniqueConstraint(fields=("brand", "id"), name="event_name_brand_id"),
        ),
        migrations.AddConstraint(
            model_name="eventname",
            constraint=accounts.constraints.RowSecurity(name="event_name_row_security"),
        ),
        migrations.AddConstraint(
            model_name="eventname",
            constraint=models.UniqueConstraint(fields=("brand", "name"), name="event_name_once"),
        ),
    ]
