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
        ("campaigns", "0006_validate_channel"),
        ("customers", "0007_attribute_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="TransactionalTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ("name", models.CharField(max_length=120)),
                ("key", models.CharField(max_length=60)),
                (
                    "intent",
                    models.CharField(
                        choices=[
                            ("thank", "Thank"),
                            ("help", "Help"),
                            ("ask", "Ask a favour"),
                            ("listen", "Listen"),
                        ],
                        default="help",
                        max_length=8,
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("preheader", models.CharField(blank=True, max_length=200)),
                ("blocks", models.JSONField(default=list)),
                (
                    "translations",
                    models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                ),
                (
                    "example",
                    models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                ),
                (
                    "sender_name",
                    models.CharField(blank=True, db_default="", default="", max_length=120),
                ),
                (
                    "sender_email",
                    models.CharField(blank=True, db_default="", default="", max_length=254),
                ),
                (
                    "reply_to",
                    models.CharField(blank=True, db_default="", default="", max_length=254),
                ),
                (
                    "published",
                    models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                ),
                ("version", models.PositiveIntegerField(db_default=0, default=0)),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=config.kit.clock.now,
                        editable=False,
                    ),
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
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="TransactionalMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ("version", models.PositiveIntegerField()),
                ("address", models.CharField(max_length=254)),
                ("address_norm", models.CharField(max_length=254)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("data", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("sent", "Sent"),
                            ("bounced", "Came back"),
                            ("failed", "Failed"),
                            ("suppressed", "Not sent"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("attempts", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "send_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=config.kit.clock.now,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=config.kit.clock.now,
                        editable=False,
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                ("complained_at", models.DateTimeField(null=True)),
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
                    "customer",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="transactional_messages",
                        to="customers.customer",
                    ),
                ),
                (
                    "template",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="messages",
                        to="campaigns.transactionaltemplate",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="transactionaltemplate",
            constraint=models.UniqueConstraint(
                fields=("brand", "id"), name="transactional_template_brand_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="transactionaltemplate",
            constraint=accounts.constraints.RowSecurity(name="transactional_template_row_security"),
        ),
        migrations.AddConstraint(
            model_name="transactionaltemplate",
            constraint=models.UniqueConstraint(
                fields=("brand", "uid"), name="transactional_template_uid"
            ),
        ),
        migrations.AddConstraint(
            model_name="transactionaltemplate",
            constraint=models.UniqueConstraint(
                fields=("brand", "key"), name="transactional_template_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="transactionaltemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("intent__in", ["thank", "help", "ask", "listen"])),
                name="transactional_template_sells_nothing",
            ),
        ),
        migrations.AddIndex(
            model_name="transactionalmessage",
            index=models.Index(
                fields=["brand", "template", "created_at"], name="transactional_message_template"
            ),
        ),
        migrations.AddIndex(
            model_name="transactionalmessage",
            index=models.Index(
                fields=["brand", "address_norm", "id"], name="transactional_message_address"
            ),
        ),
        migrations.AddIndex(
            model_name="transactionalmessage",
            index=models.Index(
                fields=["brand", "customer", "created_at"], name="transactional_message_whose"
            ),
        ),
        migrations.AddConstraint(
            model_name="transactionalmessage",
            constraint=models.UniqueConstraint(
                fields=("brand", "id"), name="transactional_message_brand_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="transactionalmessage",
            constraint=accounts.constraints.RowSecurity(name="transactional_message_row_security"),
        ),
        migrations.AddConstraint(
            model_name="transactionalmessage",
            constraint=accounts.constraints.BrandFK(
                field="template", name="transactional_message_template_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="transactionalmessage",
            constraint=accounts.constraints.BrandFK(
                field="customer", name="transactional_message_customer_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="transactionalmessage",
            constraint=models.UniqueConstraint(
                fields=("brand", "uid"), name="transactional_message_uid"
            ),
        ),
        migrations.AddConstraint(
            model_name="transactionalmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["queued", "sent", "bounced", "failed", "suppressed"])
                ),
                name="transactional_message_state_known",
            ),
        ),
    ]
