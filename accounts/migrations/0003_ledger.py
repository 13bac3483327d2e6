import accounts.constraints
import accounts.models.base
import accounts.scope
import config.kit.clock
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_kept_answer"),
    ]

    operations = [
        migrations.CreateModel(
            name="Journal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=160)),
                ("kind", models.CharField(max_length=30)),
                ("cause_kind", models.CharField(max_length=30)),
                ("cause_id", models.BigIntegerField()),
                ("terms_hash", models.CharField(blank=True, max_length=64)),
                ("content_hash", models.BinaryField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("actor_kind", models.CharField(max_length=12)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField(default=config.kit.clock.now)),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
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
            name="LedgerAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "owner_kind",
                    models.CharField(
                        choices=[
                            ("brand", "Brand"),
                            ("programme", "Programme"),
                            ("customer", "Customer"),
                            ("partner", "Partner"),
                        ],
                        max_length=12,
                    ),
                ),
                ("owner_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pending", "Earned, still held"),
                            ("available", "Can be spent"),
                            ("reserved", "Held for a purchase"),
                            ("issued", "Handed out, not yet redeemed"),
                            ("payable", "To be paid out"),
                            ("debt", "Owed by its owner"),
                            ("expense", "What rewards cost"),
                            ("breakage", "Expired unspent"),
                            ("settled", "Redeemed or paid out"),
                        ],
                        max_length=12,
                    ),
                ),
                ("unit", models.CharField(max_length=6)),
                ("balance_minor", models.BigIntegerField(default=0)),
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
            name="LedgerCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=config.kit.clock.now)),
                ("journals", models.BigIntegerField()),
                ("postings", models.BigIntegerField()),
                ("sums", models.JSONField()),
                ("findings", models.JSONField()),
                ("settled_id", models.BigIntegerField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("seal", models.CharField(max_length=64)),
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
            name="Lot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("left_minor", models.BigIntegerField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("origin_kind", models.CharField(max_length=30)),
                ("origin_id", models.BigIntegerField()),
                (
                    "account",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="lots",
                        to="accounts.ledgeraccount",
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
                    "journal",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="lots",
                        to="accounts.journal",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="LotUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
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
                    "journal",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="lot_uses",
                        to="accounts.journal",
                    ),
                ),
                (
                    "lot",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="uses",
                        to="accounts.lot",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("unit", models.CharField(max_length=6)),
                (
                    "account",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="postings",
                        to="accounts.ledgeraccount",
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
                    "journal",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="postings",
                        to="accounts.journal",
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
                ("key", models.CharField(max_length=140)),
                ("amount_minor", models.BigIntegerField()),
                ("expires_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("spent", "Spent"),
                            ("released", "Given back"),
                            ("expired", "Given back, time was over"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "account",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="reservations",
                        to="accounts.ledgeraccount",
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
                    "journal",
                    accounts.models.base.OwnKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="reservations",
                        to="accounts.journal",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(fields=["brand", "cause_kind", "cause_id"], name="journal_cause"),
        ),
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(fields=["brand", "recorded_at"], name="journal_recorded"),
        ),
        migrations.AddConstraint(
            model_name="journal",
            constraint=models.UniqueConstraint(fields=("brand", "id"), name="journal_brand_id"),
        ),
        migrations.AddConstraint(
            model_name="journal",
            constraint=accounts.constraints.RowSecurity(name="journal_row_security"),
        ),
        migrations.AddConstraint(
            model_name="journal",
            constraint=accounts.constraints.AppendOnly(name="journal_append_only"),
        ),
        migrations.AddConstraint(
            model_name="journal",
            constraint=models.UniqueConstraint(fields=("brand", "key"), name="journal_once"),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.UniqueConstraint(
                fields=("brand", "id"), name="ledger_account_brand_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=accounts.constraints.RowSecurity(name="ledger_account_row_security"),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=accounts.constraints.AppendOnly(
                but=("balance_minor",), name="ledger_account_append_only"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.UniqueConstraint(
                fields=("brand", "owner_kind", "owner_id", "kind", "unit"),
                name="ledger_account_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("balance_minor__gte", 0)), name="ledger_account_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "pending",
                            "available",
                            "reserved",
                            "issued",
                            "payable",
                            "debt",
                            "expense",
                            "breakage",
                            "settled",
                        ],
                    ),
                    ("owner_kind__in", ["brand", "programme", "customer", "partner"]),
                ),
                name="ledger_account_of_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("balance_minor", 0),
                    models.Q(("kind__in", ("expense", "breakage", "settled")), _negated=True),
                    _connector="OR",
                ),
                name="ledger_account_summed",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgercheck",
            index=models.Index(fields=["brand", "-id"], name="ledger_check_newest"),
        ),
        migrations.AddConstraint(
            model_name="ledgercheck",
            constraint=models.UniqueConstraint(
                fields=("brand", "id"), name="ledger_check_brand_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgercheck",
            constraint=accounts.constraints.RowSecurity(name="ledger_check_row_security"),
        ),
        migrations.AddConstraint(
            model_name="ledgercheck",
            constraint=accounts.constraints.AppendOnly(name="ledger_check_append_only"),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("left_minor__gt", 0)),
                fields=["brand", "account"],
                name="lot_open",
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False), ("left_minor__gt", 0)),
                fields=["brand", "expires_at"],
                name="lot_expiring",
            ),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(fields=["brand", "origin_kind", "origin_id"], name="lot_origin"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.UniqueConstraint(fields=("brand", "id"), name="lot_brand_id"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=accounts.constraints.RowSecurity(name="lot_row_security"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=accounts.constraints.BrandFK(field="account", name="lot_account_same_brand"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=accounts.constraints.BrandFK(field="journal", name="lot_journal_same_brand"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=accounts.constraints.AppendOnly(but=("left_minor",), name="lot_append_only"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("left_minor__gte", 0), ("left_minor__lte", models.F("amount_minor"))
                ),
                name="lot_left_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="lot_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="lotuse",
            index=models.Index(fields=["brand", "lot"], name="lot_use_lot"),
        ),
        migrations.AddIndex(
            model_name="lotuse",
            index=models.Index(fields=["brand", "journal"], name="lot_use_journal"),
        ),
        migrations.AddConstraint(
            model_name="lotuse",
            constraint=models.UniqueConstraint(fields=("brand", "id"), name="lot_use_brand_id"),
        ),
        migrations.AddConstraint(
            model_name="lotuse",
            constraint=accounts.constraints.RowSecurity(name="lot_use_row_security"),
        ),
        migrations.AddConstraint(
            model_name="lotuse",
            constraint=accounts.constraints.BrandFK(field="lot", name="lot_use_lot_same_brand"),
        ),
        migrations.AddConstraint(
            model_name="lotuse",
            constraint=accounts.constraints.BrandFK(
                field="journal", name="lot_use_journal_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="lotuse",
            constraint=accounts.constraints.AppendOnly(name="lot_use_append_only"),
        ),
        migrations.AddConstraint(
            model_name="lotuse",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor", 0), _negated=True), name="lot_use_not_zero"
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["brand", "journal"], name="posting_journal"),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                fields=["brand", "account"],
                include=("journal", "amount_minor"),
                name="posting_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.UniqueConstraint(fields=("brand", "id"), name="posting_brand_id"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=accounts.constraints.RowSecurity(name="posting_row_security"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=accounts.constraints.BrandFK(
                field="journal", name="posting_journal_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=accounts.constraints.BrandFK(
                field="account", name="posting_account_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=accounts.constraints.AppendOnly(name="posting_append_only"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor", 0), _negated=True), name="posting_not_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=accounts.constraints.DoubleEntry(name="posting_double_entry"),
        ),
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(
                condition=models.Q(("resolved_at", None)),
                fields=["brand", "expires_at"],
                name="balance_reservation_open",
            ),
        ),
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(fields=["brand", "account"], name="balance_reservation_account"),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.UniqueConstraint(
                fields=("brand", "id"), name="balance_reservation_brand_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=accounts.constraints.RowSecurity(name="balance_reservation_row_security"),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=accounts.constraints.BrandFK(
                field="account", name="balance_reservation_account_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=accounts.constraints.BrandFK(
                field="journal", name="balance_reservation_journal_same_brand"
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=accounts.constraints.AppendOnly(
                but=("resolved_at", "outcome"), name="balance_reservation_append_only"
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.UniqueConstraint(
                fields=("brand", "key"), name="balance_reservation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="balance_reservation_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", ""), ("resolved_at", None)),
                    models.Q(
                        ("resolved_at__isnull", False), models.Q(("outcome", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="balance_reservation_resolved_with_outcome",
            ),
        ),
    ]
