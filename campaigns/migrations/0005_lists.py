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
        ("campaigns", "0003_validate"),
        ("customers", "0007_attribute_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="channel",
            field=models.CharField(
                choices=[("email", "E-mail"), ("post", "Letters"), ("phone", "Calls")],
                db_default="email",
                default="email",
                max_length=5,
            ),
        ),
        AddConstraintNotValid(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["email", "post", "phone"])),
                name="campaign_channel_known",
            ),
        ),
        migrations.CreateModel(
            name="CampaignList",
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
                ("notes", models.TextField(blank=True, db_default="", default="", max_length=2000)),
                ("link", models.CharField(blank=True, db_default="", default="", max_length=2000)),
                ("approved_by_id", models.BigIntegerField(editable=False, null=True)),
                ("approved_at", models.DateTimeField(editable=False, null=True)),
                ("ready_at", models.DateTimeField(editable=False, null=True)),
                ("handed_over_on", models.DateField(editable=False, null=True)),
                ("handed_over_by_id", models.BigIntegerField(editable=False, null=True)),
                (
                    "updated_at",
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
                        related_name="lists",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="campaignlist",
            constraint=models.UniqueConstraint(
                fields=("brand", "id"), name="campaign_list_brand_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignlist",
            constraint=accounts.constraints.RowSecurity(name="campaign_list_row_security"),
        ),
        migrations.AddConstraint(
            model_name="campaignlist",
            constraint=accounts.constraints.BrandFK(
                field="campaign", name="campaign_list_campaign_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignlist",
            constraint=models.UniqueConstraint(
                fields=("brand", "campaign"), name="campaign_list_once"
            ),
        ),
    ]
