import accounts.constraints
import accounts.models.base
import accounts.scope
import config.kit.clock
import config.kit.sql
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_kept_answer"),
        ("campaigns", "0005_variants_and_coupons"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="translations",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="emailtemplate",
            name="translations",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.CreateModel(
            name="ContentVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owner", models.CharField(max_length=10)),
                ("document_id", models.BigIntegerField()),
                (
                    "stack",
                    models.CharField(
                        choices=[("undo", "To be taken back"), ("redo", "To be done again")],
                        max_length=4,
                    ),
                ),
                ("what", models.CharField(blank=True, max_length=80)),
                ("content", models.JSONField()),
                (
                    "at",
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
                "indexes": [
                    models.Index(
                        fields=["brand", "owner", "document_id", "stack"],
                        name="content_version_document",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "id"), name="content_version_brand_id"
                    ),
                    accounts.constraints.RowSecurity(name="content_version_row_security"),
                    models.CheckConstraint(
                        condition=models.Q(("stack__in", ["undo", "redo"])),
                        name="content_version_stack_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MailImage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ("name", models.CharField(max_length=60)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("alt", models.CharField(blank=True, max_length=300)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("size", models.PositiveIntegerField()),
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
                    models.UniqueConstraint(fields=("brand", "id"), name="mail_image_brand_id"),
                    accounts.constraints.RowSecurity(name="mail_image_row_security"),
                    models.UniqueConstraint(fields=("brand", "uid"), name="mail_image_uid"),
                    models.UniqueConstraint(fields=("brand", "name"), name="mail_image_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preflight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content_hash", models.CharField(max_length=64)),
                ("people", models.PositiveIntegerField(db_default=0, default=0)),
                ("looked_at", models.PositiveIntegerField(db_default=0, default=0)),
                ("looked_up_to", models.BigIntegerField(db_default=0, default=0)),
                ("findings", models.JSONField(default=dict)),
                ("largest", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "started_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=config.kit.clock.now,
                    ),
                ),
                ("finished_at", models.DateTimeField(null=True)),
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
                        related_name="preflights",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "id"), name="preflight_brand_id"),
                    accounts.constraints.RowSecurity(name="preflight_row_security"),
                    accounts.constraints.BrandFK(
                        field="campaign", name="preflight_campaign_same_brand"
                    ),
                    models.UniqueConstraint(fields=("brand", "campaign"), name="preflight_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedBlock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("block", models.JSONField()),
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
                    models.UniqueConstraint(fields=("brand", "id"), name="saved_block_brand_id"),
                    accounts.constraints.RowSecurity(name="saved_block_row_security"),
                ],
            },
        ),
    ]
