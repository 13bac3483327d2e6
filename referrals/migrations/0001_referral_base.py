import accounts.constraints
import accounts.models.base
import accounts.scope
import config.kit.clock
import config.kit.sql
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_ledger'),
        ('campaigns', '0013_validate_transport'),
        ('customers', '0012_copies_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('name', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('live', 'Live'), ('paused', 'Paused'), ('ended', 'Ended')], default='draft', max_length=8)),
                ('draft', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(db_default=0, default=0)),
                ('salt', models.BinaryField(max_length=32)),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Allowance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('advocate_id', models.BigIntegerField(null=True)),
                ('since', models.DateField(null=True)),
                ('used', models.BigIntegerField(db_default=0, default=0)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('programme', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='allowances', to='referrals.programme')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Advocate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('arm', models.PositiveIntegerField(null=True)),
                ('source', models.CharField(max_length=20)),
                ('share_text', models.CharField(blank=True, db_default='', default='', max_length=1000)),
                ('joined_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('barred_at', models.DateTimeField(null=True)),
                ('barred_reason', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='advocacies', to='customers.customer')),
                ('programme', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='advocates', to='referrals.programme')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ProgrammeVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('terms', models.JSONField()),
                ('terms_hash', models.CharField(max_length=64)),
                ('by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('programme', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='referrals.programme')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ReferralCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('code_norm', models.CharField(editable=False, max_length=40)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('leaked_at', models.DateTimeField(null=True)),
                ('advocate', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='codes', to='referrals.advocate')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Touch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('view', 'Saw the landing page'), ('claim', "Asked for the friend's reward by e-mail"), ('code', 'Typed the code at the checkout'), ('visit', 'Came to the shop through the link'), ('name', 'Named the advocate'), ('staff', 'Said so by staff')], max_length=8)),
                ('channel', models.CharField(choices=[('link', 'Copied link'), ('code', 'Spoken code'), ('qr', 'QR code'), ('native', 'Share button'), ('mail', 'Own e-mail'), ('insert', 'Insert card'), ('campaign', 'E-mail from the brand'), ('api', 'Shop')], default='link', max_length=10)),
                ('at', models.DateTimeField(default=config.kit.clock.now)),
                ('visitor', models.CharField(blank=True, max_length=64)),
                ('friend_key', models.CharField(blank=True, max_length=64)),
                ('order_source', models.CharField(blank=True, max_length=30)),
                ('order_ref', models.CharField(blank=True, max_length=120)),
                ('network', models.CharField(blank=True, max_length=50)),
                ('is_machine', models.BooleanField(default=False)),
                ('evidence', models.JSONField(default=dict)),
                ('source', models.CharField(blank=True, max_length=30)),
                ('source_id', models.CharField(blank=True, max_length=120)),
                ('advocate', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='touches', to='referrals.advocate')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('code', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='touches', to='referrals.referralcode')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='referral_touches', to='customers.customer')),
                ('programme', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='touches', to='referrals.programme')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('friend_key', models.CharField(blank=True, max_length=64)),
                ('friend_label', models.CharField(blank=True, db_default='', default='', max_length=60)),
                ('state', models.CharField(choices=[('identified', 'Friend known'), ('qualified', 'Ordered'), ('rewarded', 'Rewarded'), ('disqualified', 'Does not count'), ('lapsed', 'Time ran out')], default='identified', max_length=12)),
                ('reason', models.CharField(blank=True, db_default='', default='', max_length=40)),
                ('channel', models.CharField(blank=True, db_default='', default='', max_length=10)),
                ('identified_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('qualified_at', models.DateTimeField(null=True)),
                ('score', models.PositiveIntegerField(db_default=0, default=0)),
                ('review', models.CharField(blank=True, choices=[('', 'Not looked at'), ('open', 'Under review'), ('escalated', 'Under review, with a manager'), ('cleared', 'Looked at: fine'), ('refused', 'Looked at: refused')], db_default='', default='', max_length=10)),
                ('review_due_at', models.DateTimeField(null=True)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('reviewed_by_id', models.BigIntegerField(null=True)),
                ('review_note', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('appealed_at', models.DateTimeField(null=True)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('advocate', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='referrals', to='referrals.advocate')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('friend', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='referred_by', to='customers.customer')),
                ('order', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='referrals', to='customers.order')),
                ('programme', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='referrals', to='referrals.programme')),
                ('version', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='referrals', to='referrals.programmeversion')),
                ('touch', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='referrals', to='referrals.touch')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('attributed', 'Attributed'), ('refused', 'Refused')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('evidence', models.JSONField(default=list)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('actor_kind', models.CharField(default='system', max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('order', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='referral_decisions', to='customers.order')),
                ('programme', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='decisions', to='referrals.programme')),
                ('version', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='decisions', to='referrals.programmeversion')),
                ('referral', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='decisions', to='referrals.referral')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Reward',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('holder_id', models.BigIntegerField()),
                ('side', models.CharField(choices=[('advocate', 'Advocate'), ('friend', 'Friend')], max_length=8)),
                ('rule', models.CharField(max_length=30)),
                ('trigger', models.CharField(max_length=80)),
                ('kind', models.CharField(max_length=12)),
                ('unit', models.CharField(max_length=6)),
                ('amount_minor', models.BigIntegerField()),
                ('reversed_minor', models.BigIntegerField(db_default=0, default=0)),
                ('open_minor', models.BigIntegerField(db_default=0, default=0)),
                ('percent', models.PositiveIntegerField(db_default=0, default=0)),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('claimable', 'To be claimed'), ('issued', 'Claimed'), ('redeemed', 'Spent'), ('rejected', 'Refused'), ('reversed', 'Taken back'), ('expired', 'Expired')], default='pending', max_length=10)),
                ('step', models.PositiveIntegerField(db_default=1, default=1)),
                ('is_held', models.BooleanField(db_default=False, default=False)),
                ('reason', models.CharField(blank=True, db_default='', default='', max_length=40)),
                ('basis_minor', models.BigIntegerField(db_default=0, default=0)),
                ('allocation', models.JSONField(default=list)),
                ('available_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('handed_out', models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('simulated', models.BooleanField(db_default=False, default=False)),
                ('advocate', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='rewards', to='referrals.advocate')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('coupon', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='rewards', to='campaigns.coupon')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='rewards', to='customers.customer')),
                ('order', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='rewards', to='customers.order')),
                ('programme', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='rewards', to='referrals.programme')),
                ('referral', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='rewards', to='referrals.referral')),
                ('version', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='rewards', to='referrals.programmeversion')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RewardSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('spends', models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ('point_minor', models.PositiveIntegerField(db_default=1, default=1)),
                ('write_off_days', models.PositiveIntegerField(null=True)),
                ('extra_free_domains', models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ('extra_throwaway_domains', models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RewardStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=10)),
                ('what', models.CharField(max_length=30)),
                ('amount_minor', models.BigIntegerField(default=0)),
                ('debt_minor', models.BigIntegerField(db_default=0, default=0)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('actor_kind', models.CharField(default='system', max_length=12)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('reward', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='steps', to='referrals.reward')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('shown', 'Saw the offer'), ('shared', 'Shared')], max_length=8)),
                ('channel', models.CharField(choices=[('link', 'Copied link'), ('code', 'Spoken code'), ('qr', 'QR code'), ('native', 'Share button'), ('mail', 'Own e-mail'), ('insert', 'Insert card'), ('campaign', 'E-mail from the brand'), ('api', 'Shop')], max_length=10)),
                ('placement', models.CharField(blank=True, max_length=20)),
                ('on', models.DateField()),
                ('advocate', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='shares', to='referrals.advocate')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('programme', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='shares', to='referrals.programme')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Signal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('weight', models.IntegerField()),
                ('evidence', models.JSONField(default=dict)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('referral', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='signals', to='referrals.referral')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PortalCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.BinaryField(max_length=32)),
                ('tries', models.PositiveIntegerField(db_default=0, default=0)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='portal_codes', to='customers.customer')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['brand', 'customer', '-id'], name='portal_code_newest')],
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='portal_code_brand_id'), accounts.constraints.RowSecurity(name='portal_code_row_security'), accounts.constraints.BrandFK(field='customer', name='portal_code_customer_same_brand')],
            },
        ),
        migrations.CreateModel(
            name='PortalDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_hash', models.BinaryField(max_length=32)),
                ('network', models.CharField(blank=True, db_default='', default='', max_length=50)),
                ('bound_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('seen_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='portal_devices', to='customers.customer')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='portal_device_brand_id'), accounts.constraints.RowSecurity(name='portal_device_row_security'), accounts.constraints.BrandFK(field='customer', name='portal_device_customer_same_brand'), models.UniqueConstraint(fields=('brand', 'customer', 'key_hash'), name='portal_device_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='programme_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=accounts.constraints.RowSecurity(name='programme_row_security'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='programme_uid'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.UniqueConstraint(fields=('brand', 'name'), name='programme_name'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), ('version__gte', 1), _connector='OR'), name='programme_live_by_version'),
        ),
        migrations.AddConstraint(
            model_name='allowance',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='allowance_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='allowance',
            constraint=accounts.constraints.RowSecurity(name='allowance_row_security'),
        ),
        migrations.AddConstraint(
            model_name='allowance',
            constraint=accounts.constraints.BrandFK(field='programme', name='allowance_programme_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='allowance',
            constraint=models.UniqueConstraint(fields=('brand', 'programme', 'advocate_id', 'since'), name='allowance_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='allowance',
            constraint=models.CheckConstraint(condition=models.Q(('used__gte', 0)), name='allowance_not_negative'),
        ),
        migrations.AddIndex(
            model_name='advocate',
            index=models.Index(fields=['brand', 'customer'], name='advocate_customer'),
        ),
        migrations.AddConstraint(
            model_name='advocate',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='advocate_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='advocate',
            constraint=accounts.constraints.RowSecurity(name='advocate_row_security'),
        ),
        migrations.AddConstraint(
            model_name='advocate',
            constraint=accounts.constraints.BrandFK(field='programme', name='advocate_programme_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='advocate',
            constraint=accounts.constraints.BrandFK(field='customer', name='advocate_customer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='advocate',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='advocate_uid'),
        ),
        migrations.AddConstraint(
            model_name='advocate',
            constraint=models.UniqueConstraint(fields=('brand', 'programme', 'customer'), name='advocate_once'),
        ),
        migrations.AddConstraint(
            model_name='programmeversion',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='programme_version_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='programmeversion',
            constraint=accounts.constraints.RowSecurity(name='programme_version_row_security'),
        ),
        migrations.AddConstraint(
            model_name='programmeversion',
            constraint=accounts.constraints.BrandFK(field='programme', name='programme_version_programme_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='programmeversion',
            constraint=accounts.constraints.AppendOnly(name='programme_version_append_only'),
        ),
        migrations.AddConstraint(
            model_name='programmeversion',
            constraint=models.UniqueConstraint(fields=('brand', 'programme', 'number'), name='programme_version_number'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['brand', 'order'], name='decision_order'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['brand', 'referral'], name='decision_referral'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['brand', 'programme', 'at'], name='decision_programme'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='decision_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=accounts.constraints.RowSecurity(name='decision_row_security'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=accounts.constraints.BrandFK(field='programme', name='decision_programme_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=accounts.constraints.BrandFK(field='version', name='decision_version_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=accounts.constraints.BrandFK(field='referral', name='decision_referral_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=accounts.constraints.BrandFK(field='order', name='decision_order_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=accounts.constraints.AppendOnly(name='decision_append_only'),
        ),
        migrations.AddConstraint(
            model_name='referralcode',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='referral_code_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='referralcode',
            constraint=accounts.constraints.RowSecurity(name='referral_code_row_security'),
        ),
        migrations.AddConstraint(
            model_name='referralcode',
            constraint=accounts.constraints.BrandFK(field='advocate', name='referral_code_advocate_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='referralcode',
            constraint=models.UniqueConstraint(fields=('brand', 'code_norm'), name='referral_code_once'),
        ),
        migrations.AddConstraint(
            model_name='referralcode',
            constraint=models.UniqueConstraint(condition=models.Q(('leaked_at__isnull', True)), fields=('brand', 'advocate'), name='referral_code_current'),
        ),
        migrations.AddIndex(
            model_name='reward',
            index=models.Index(fields=['brand', 'customer'], name='reward_customer'),
        ),
        migrations.AddIndex(
            model_name='reward',
            index=models.Index(fields=['brand', 'referral'], name='reward_referral'),
        ),
        migrations.AddIndex(
            model_name='reward',
            index=models.Index(fields=['brand', 'advocate'], name='reward_advocate'),
        ),
        migrations.AddIndex(
            model_name='reward',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['brand', 'available_at'], name='reward_waiting'),
        ),
        migrations.AddIndex(
            model_name='reward',
            index=models.Index(condition=models.Q(('expires_at__isnull', False), ('state__in', ['claimable', 'issued'])), fields=['brand', 'expires_at'], name='reward_expiring'),
        ),
        migrations.AddIndex(
            model_name='reward',
            index=models.Index(condition=models.Q(('order__isnull', False)), fields=['brand', 'order'], name='reward_order'),
        ),
        migrations.AddIndex(
            model_name='reward',
            index=models.Index(fields=['brand', 'programme', 'state'], name='reward_programme'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='reward_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=accounts.constraints.RowSecurity(name='reward_row_security'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=accounts.constraints.BrandFK(field='programme', name='reward_programme_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=accounts.constraints.BrandFK(field='version', name='reward_version_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=accounts.constraints.BrandFK(field='referral', name='reward_referral_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=accounts.constraints.BrandFK(field='advocate', name='reward_advocate_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=accounts.constraints.BrandFK(field='customer', name='reward_customer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=accounts.constraints.BrandFK(field='order', name='reward_order_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=accounts.constraints.BrandFK(field='coupon', name='reward_coupon_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='reward_uid'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=models.UniqueConstraint(fields=('brand', 'trigger', 'rule', 'advocate', 'side'), name='reward_once'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=models.UniqueConstraint(condition=models.Q(('coupon__isnull', False)), fields=('brand', 'coupon'), name='reward_of_coupon_once'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gte', 0), ('reversed_minor__gte', 0), ('reversed_minor__lte', models.F('amount_minor'))), name='reward_reversed_within'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=models.CheckConstraint(condition=models.Q(('open_minor__gte', 0), ('open_minor__lte', models.F('amount_minor'))), name='reward_open_within'),
        ),
        migrations.AddConstraint(
            model_name='rewardsettings',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='reward_settings_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='rewardsettings',
            constraint=accounts.constraints.RowSecurity(name='reward_settings_row_security'),
        ),
        migrations.AddConstraint(
            model_name='rewardsettings',
            constraint=models.UniqueConstraint(fields=('brand',), name='reward_settings_once'),
        ),
        migrations.AddIndex(
            model_name='rewardstep',
            index=models.Index(fields=['brand', 'reward'], name='reward_step_reward'),
        ),
        migrations.AddConstraint(
            model_name='rewardstep',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='reward_step_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='rewardstep',
            constraint=accounts.constraints.RowSecurity(name='reward_step_row_security'),
        ),
        migrations.AddConstraint(
            model_name='rewardstep',
            constraint=accounts.constraints.BrandFK(field='reward', name='reward_step_reward_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='rewardstep',
            constraint=accounts.constraints.AppendOnly(name='reward_step_append_only'),
        ),
        migrations.AddIndex(
            model_name='share',
            index=models.Index(fields=['brand', 'programme', 'on'], name='share_day'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='share_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=accounts.constraints.RowSecurity(name='share_row_security'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=accounts.constraints.BrandFK(field='programme', name='share_programme_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=accounts.constraints.BrandFK(field='advocate', name='share_advocate_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=accounts.constraints.AppendOnly(name='share_append_only'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.UniqueConstraint(fields=('brand', 'programme', 'advocate', 'kind', 'channel', 'placement', 'on'), name='share_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='signal',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='signal_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='signal',
            constraint=accounts.constraints.RowSecurity(name='signal_row_security'),
        ),
        migrations.AddConstraint(
            model_name='signal',
            constraint=accounts.constraints.BrandFK(field='referral', name='signal_referral_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='signal',
            constraint=models.UniqueConstraint(fields=('brand', 'referral', 'name'), name='signal_once'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(fields=['brand', 'advocate', 'at'], name='touch_advocate'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(condition=models.Q(('friend_key', ''), _negated=True), fields=['brand', 'friend_key'], name='touch_friend'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(condition=models.Q(('visitor', ''), _negated=True), fields=['brand', 'visitor'], name='touch_visitor'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(condition=models.Q(('customer__isnull', False)), fields=['brand', 'customer'], name='touch_customer'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(condition=models.Q(('order_ref', ''), _negated=True), fields=['brand', 'order_source', 'order_ref'], name='touch_order'),
        ),
        migrations.AddIndex(
            model_name='touch',
            index=models.Index(fields=['brand', 'programme', 'at'], name='touch_programme'),
        ),
        migrations.AddConstraint(
            model_name='touch',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='touch_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='touch',
            constraint=accounts.constraints.RowSecurity(name='touch_row_security'),
        ),
        migrations.AddConstraint(
            model_name='touch',
            constraint=accounts.constraints.BrandFK(field='programme', name='touch_programme_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='touch',
            constraint=accounts.constraints.BrandFK(field='advocate', name='touch_advocate_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='touch',
            constraint=accounts.constraints.BrandFK(field='code', name='touch_code_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='touch',
            constraint=accounts.constraints.BrandFK(field='customer', name='touch_customer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='touch',
            constraint=accounts.constraints.AppendOnly(name='touch_append_only'),
        ),
        migrations.AddConstraint(
            model_name='touch',
            constraint=models.UniqueConstraint(condition=models.Q(('source_id', ''), _negated=True), fields=('brand', 'source', 'source_id'), name='touch_source'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['brand', 'advocate'], name='referral_advocate'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('friend__isnull', False)), fields=['brand', 'friend'], name='referral_friend'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('friend_key', ''), _negated=True), fields=['brand', 'friend_key'], name='referral_friend_key'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('review__in', ['open', 'escalated'])), fields=['brand', 'review_due_at'], name='referral_review'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(fields=['brand', 'programme', 'identified_at'], name='referral_programme'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('order__isnull', False)), fields=['brand', 'order'], name='referral_order'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='referral_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=accounts.constraints.RowSecurity(name='referral_row_security'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=accounts.constraints.BrandFK(field='programme', name='referral_programme_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=accounts.constraints.BrandFK(field='version', name='referral_version_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=accounts.constraints.BrandFK(field='advocate', name='referral_advocate_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=accounts.constraints.BrandFK(field='friend', name='referral_friend_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=accounts.constraints.BrandFK(field='touch', name='referral_touch_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=accounts.constraints.BrandFK(field='order', name='referral_order_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='referral_uid'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('friend_key', ''), _negated=True), models.Q(('state__in', ['disqualified', 'lapsed']), _negated=True)), fields=('brand', 'programme', 'friend_key'), name='referral_of_address_once'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('friend__isnull', False), models.Q(('state__in', ['disqualified', 'lapsed']), _negated=True)), fields=('brand', 'programme', 'friend'), name='referral_of_friend_once'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('order__isnull', False)), fields=('brand', 'programme', 'order'), name='referral_of_order_once'),
        ),
    ]
