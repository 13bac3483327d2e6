import accounts.constraints
import accounts.models.base
import accounts.scope
import config.kit.clock
import config.kit.sql
import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import partners.models.offers
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0005_partners_money_checked'),
        ('campaigns', '0019_refused_purposes'),
        ('customers', '0013_permission_of_partners'),
    ]

    operations = [
        migrations.CreateModel(
            name='CommissionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.JSONField()),
                ('rule_hash', models.CharField(max_length=64)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OfferCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Partnership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('name', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('applied', 'Applied'), ('invited', 'Invited'), ('approved', 'Approved, terms not agreed'), ('rejected', 'Turned down'), ('declined', 'Declined by the partner'), ('active', 'Active'), ('suspended', 'Suspended'), ('ended', 'Ended'), ('banned', 'Banned')], max_length=10)),
                ('reason', models.CharField(blank=True, db_default='', default='', max_length=300)),
                ('reapply_on', models.DateField(null=True)),
                ('contact_name', models.CharField(blank=True, db_default='', default='', max_length=120)),
                ('email', models.EmailField(max_length=254)),
                ('website', models.CharField(blank=True, db_default='', default='', max_length=300)),
                ('address', models.TextField(blank=True, db_default='', default='', max_length=400)),
                ('pitch', models.TextField(blank=True, db_default='', default='', max_length=2000)),
                ('terms_number', models.PositiveIntegerField(db_default=0, default=0)),
                ('pin_hash', models.CharField(blank=True, db_default='', default='', max_length=160)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('decided_at', models.DateTimeField(null=True)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('category', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='partnerships', to='partners.offercategory')),
                ('organisation', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('sister_brand', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('name', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waits for review'), ('changes_requested', 'Changes asked for'), ('approved', 'Approved'), ('scheduled', 'Scheduled'), ('live', 'Live'), ('paused', 'Paused'), ('ended', 'Ended'), ('settled', 'Settled'), ('archived', 'Archived'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired before it was approved')], default='draft', max_length=17)),
                ('saved', models.PositiveIntegerField(db_default=0, default=0)),
                ('submitted', models.PositiveIntegerField(db_default=0, default=0)),
                ('approved', models.PositiveIntegerField(db_default=0, default=0)),
                ('brand_hash', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('partner_hash', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('is_exclusive', models.BooleanField(db_default=False, default=False)),
                ('starts_on', models.DateField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('control_percent', models.PositiveIntegerField(db_default=10, default=10)),
                ('spent_minor', models.BigIntegerField(db_default=0, default=0)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('campaign', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='partner_offers', to='campaigns.campaign')),
                ('category', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='offers', to='partners.offercategory')),
                ('partnership', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='offers', to='partners.partnership')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OfferClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=8)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='offer_claims', to='customers.customer')),
                ('offer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='claims', to='partners.offer')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OfferRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('floor_minor', models.BigIntegerField(db_default=0, default=0)),
                ('silent_after', models.PositiveIntegerField(db_default=5, default=5)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OfferStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField(db_default=0, default=0)),
                ('note', models.TextField(blank=True, max_length=2000)),
                ('content_hash', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('by_kind', models.CharField(max_length=12)),
                ('by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('offer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='steps', to='partners.offer')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OfferTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lead_days', models.PositiveIntegerField(db_default=7, default=7)),
                ('run_days', models.PositiveIntegerField(db_default=28, default=28)),
                ('valid_days', models.PositiveIntegerField(null=True)),
                ('text', models.TextField(blank=True, db_default='', default='', max_length=1000)),
                ('conditions', models.TextField(blank=True, db_default='', default='', max_length=2000)),
                ('advice', models.TextField(blank=True, db_default='', default='', max_length=1000)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OfferVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.JSONField()),
                ('content_hash', models.CharField(max_length=64)),
                ('by_kind', models.CharField(max_length=12)),
                ('by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('offer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='partners.offer')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Pack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('name', models.CharField(max_length=120)),
                ('sku', models.CharField(max_length=120)),
                ('price_minor', models.BigIntegerField()),
                ('occasion', models.CharField(blank=True, db_default='', default='', max_length=60)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('live', 'Live'), ('ended', 'Ended')], default='draft', max_length=5)),
                ('version', models.PositiveIntegerField(db_default=0, default=0)),
                ('live_from', models.DateTimeField(null=True)),
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
            name='PackVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('table', models.JSONField()),
                ('table_hash', models.CharField(max_length=64)),
                ('by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('pack', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='partners.pack')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PackSale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line_position', models.PositiveIntegerField()),
                ('quantity', models.PositiveIntegerField()),
                ('lost_units', models.PositiveIntegerField(db_default=0, default=0)),
                ('money_minor', models.BigIntegerField()),
                ('refunded_minor', models.BigIntegerField(db_default=0, default=0)),
                ('sold_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('followed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('told_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='pack_sales', to='customers.customer')),
                ('order', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='pack_sales', to='customers.order')),
                ('pack', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='sales', to='partners.pack')),
                ('version', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='sales', to='partners.packversion')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PartnerInvite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('application', models.JSONField(default=dict)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('partnership', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='invites', to='partners.partnership')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PartnerMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about_kind', models.CharField(blank=True, db_default='', default='', max_length=12)),
                ('about_id', models.BigIntegerField(null=True)),
                ('text', models.TextField(max_length=4000)),
                ('by_kind', models.CharField(max_length=12)),
                ('by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('read_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('partnership', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='messages', to='partners.partnership')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PartnerMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=200)),
                ('lines', models.JSONField()),
                ('link', models.CharField(blank=True, db_default='', default='', max_length=300)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('sent_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('invite', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='mails', to='partners.partnerinvite')),
                ('partnership', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='mails', to='partners.partnership')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CompetitorBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('category', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.offercategory')),
                ('other', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partnership')),
                ('partnership', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='blocks', to='partners.partnership')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='BankDetails',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.TextField()),
                ('hint', models.CharField(max_length=4)),
                ('by_id', models.BigIntegerField(null=True)),
                ('usable_from', models.DateTimeField()),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('partnership', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='bank_details', to='partners.partnership')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PartnershipDoor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(editable=False, unique=True)),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.brand')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='PartnershipStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(max_length=20)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('by_kind', models.CharField(max_length=12)),
                ('by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('partnership', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='steps', to='partners.partnership')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PartnershipTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('terms', models.JSONField()),
                ('terms_hash', models.CharField(max_length=64)),
                ('by_kind', models.CharField(max_length=12)),
                ('by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand_hash', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('brand_agreed_at', models.DateTimeField(null=True)),
                ('brand_agreed_by_id', models.BigIntegerField(null=True)),
                ('partner_hash', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('partner_agreed_at', models.DateTimeField(null=True)),
                ('partner_agreed_by_id', models.BigIntegerField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('partnership', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='all_terms', to='partners.partnership')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PayoutBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('number', models.PositiveIntegerField()),
                ('sealed_file', models.TextField()),
                ('file_hash', models.CharField(max_length=64)),
                ('total_minor', models.BigIntegerField()),
                ('by_id', models.BigIntegerField(null=True)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('confirmed_by_id', models.BigIntegerField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ReachAsk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wish_hash', models.CharField(max_length=64)),
                ('wish', models.JSONField()),
                ('size', models.PositiveIntegerField()),
                ('band', models.CharField(max_length=20)),
                ('on', models.DateField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('partnership', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='reach_asks', to='partners.partnership')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ReplyTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('text', models.TextField(max_length=2000)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SisterPact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False, unique=True)),
                ('host_granted_at', models.DateTimeField(null=True)),
                ('guest_granted_at', models.DateTimeField(null=True)),
                ('partnership_uid', models.UUIDField(null=True, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('guest', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.brand')),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.brand')),
            ],
        ),
        migrations.CreateModel(
            name='SisterGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('host', 'Its customers may be asked'), ('guest', 'It may offer')], max_length=5)),
                ('words', models.TextField(max_length=2000)),
                ('version', models.PositiveIntegerField()),
                ('granted_by_id', models.BigIntegerField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_by_id', models.BigIntegerField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('other_brand', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('pact', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.sisterpact')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SisterSettlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False, unique=True)),
                ('statement_id', models.BigIntegerField()),
                ('amount_minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('mirrored_at', models.DateTimeField(null=True)),
                ('pact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='partners.sisterpact')),
            ],
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('number', models.PositiveIntegerField()),
                ('since', models.DateField(null=True)),
                ('until', models.DateField()),
                ('state', models.CharField(choices=[('issued', 'To be checked'), ('disputed', 'Disputed'), ('agreed', 'Agreed'), ('carried', 'Carried forward'), ('paid', 'Paid')], default='issued', max_length=8)),
                ('opening_minor', models.BigIntegerField(db_default=0, default=0)),
                ('earned_minor', models.BigIntegerField()),
                ('owed_minor', models.BigIntegerField()),
                ('total_minor', models.BigIntegerField()),
                ('lines_count', models.PositiveIntegerField()),
                ('content_hash', models.CharField(max_length=64)),
                ('parties', models.JSONField(default=dict)),
                ('issued_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('dispute_until', models.DateTimeField()),
                ('disputed_at', models.DateTimeField(null=True)),
                ('dispute_note', models.TextField(blank=True, db_default='', default='', max_length=2000)),
                ('disputed_lines', models.JSONField(default=list)),
                ('dispute_answer', models.TextField(blank=True, db_default='', default='', max_length=2000)),
                ('agreed_at', models.DateTimeField(null=True)),
                ('paid_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('carried_into', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='carried', to='partners.statement')),
                ('partnership', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='statements', to='partners.partnership')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Payout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_minor', models.BigIntegerField()),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('batch', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='payouts', to='partners.payoutbatch')),
                ('statement', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='payouts', to='partners.statement')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CommissionLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause_kind', models.CharField(max_length=20)),
                ('cause_id', models.BigIntegerField()),
                ('part', models.CharField(max_length=20)),
                ('basis_minor', models.BigIntegerField(db_default=0, default=0)),
                ('amount_minor', models.BigIntegerField()),
                ('state', models.CharField(choices=[('pending', 'Until the time for refunds is over'), ('held', 'Held'), ('due', 'For the next statement'), ('stated', 'In a statement'), ('paid', 'Paid')], default='pending', max_length=8)),
                ('words', models.CharField(blank=True, db_default='', default='', max_length=120)),
                ('happened_at', models.DateTimeField()),
                ('locked_until', models.DateTimeField()),
                ('held_reason', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('rule', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='lines', to='partners.commissionrule')),
                ('offer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='lines', to='partners.offer')),
                ('partnership', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='lines', to='partners.partnership')),
                ('statement', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='lines', to='partners.statement')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='VoucherPool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('percent', 'Per cent off'), ('amount', 'Money off'), ('item', 'Something for free, or paid before')], max_length=8)),
                ('value', models.BigIntegerField(db_default=0, default=0)),
                ('item', models.CharField(blank=True, db_default='', default='', max_length=120)),
                ('expires_on', models.DateField(null=True)),
                ('valid_days', models.PositiveIntegerField(null=True)),
                ('low_at', models.PositiveIntegerField(db_default=20, default=20)),
                ('told_low_at', models.DateTimeField(null=True)),
                ('makes_more', models.BooleanField(db_default=False, default=False)),
                ('is_made', models.BooleanField(db_default=False, default=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('closed_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('offer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='pools', to='partners.offer')),
                ('partnership', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='pools', to='partners.partnership')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60)),
                ('code_norm', models.CharField(editable=False, max_length=60)),
                ('state', models.CharField(choices=[('free', 'Not given yet'), ('reserved', 'Held'), ('assigned', 'Given'), ('redeemed', 'Redeemed'), ('void', 'Taken back'), ('expired', 'Expired')], default='free', max_length=8)),
                ('cause_kind', models.CharField(blank=True, db_default='', default='', max_length=20)),
                ('cause_id', models.BigIntegerField(null=True)),
                ('reserved_until', models.DateTimeField(null=True)),
                ('drawn_at', models.DateTimeField(null=True)),
                ('expires_on', models.DateField(null=True)),
                ('redeemed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='vouchers', to='customers.customer')),
                ('pool', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='vouchers', to='partners.voucherpool')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Redemption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('key', models.CharField(max_length=140)),
                ('via', models.CharField(choices=[('till', 'At the till'), ('api', "By the partner's own system"), ('file', 'From a file')], max_length=5)),
                ('paid_minor', models.BigIntegerField(null=True)),
                ('is_new_customer', models.BooleanField(null=True)),
                ('by_kind', models.CharField(max_length=12)),
                ('by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('taken_back_reason', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('voucher', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='redemptions', to='partners.voucher')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PackItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('unit', models.PositiveIntegerField()),
                ('turn', models.PositiveIntegerField(db_default=0, default=0)),
                ('amount_minor', models.BigIntegerField()),
                ('keeper', models.CharField(choices=[('brand', 'We do'), ('partner', 'The partner does')], max_length=7)),
                ('state', models.CharField(choices=[('waiting', 'Waits for a voucher'), ('issued', 'Given'), ('redeemed', 'Redeemed'), ('expired', 'Expired'), ('refunded', 'Refunded'), ('void', 'Order cancelled')], default='waiting', max_length=8)),
                ('issued_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('refunded_at', models.DateTimeField(null=True)),
                ('recipient_name', models.CharField(blank=True, db_default='', default='', max_length=80)),
                ('recipient_email', models.CharField(blank=True, db_default='', default='', max_length=254)),
                ('words', models.CharField(blank=True, db_default='', default='', max_length=500)),
                ('send_on', models.DateField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('sale', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='items', to='partners.packsale')),
                ('partnership', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='pack_items', to='partners.partnership')),
                ('voucher', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='pack_items', to='partners.voucher')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PackPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('need', models.CharField(max_length=60)),
                ('kind', models.CharField(choices=[('own', 'Our own product'), ('sister', "A sister brand's"), ('partner', "A partner's voucher"), ('wanted', 'Partner wanted')], default='wanted', max_length=7)),
                ('weight', models.PositiveIntegerField(db_default=0, default=0)),
                ('keeper', models.CharField(choices=[('brand', 'We do'), ('partner', 'The partner does')], default='brand', max_length=7)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('category', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='pack_parts', to='partners.offercategory')),
                ('pack', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='parts', to='partners.pack')),
                ('product', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='pack_parts', to='customers.product')),
                ('pool', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='pack_parts', to='partners.voucherpool')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='commissionrule',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='commission_rule_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='commissionrule',
            constraint=accounts.constraints.RowSecurity(name='commission_rule_row_security'),
        ),
        migrations.AddConstraint(
            model_name='commissionrule',
            constraint=accounts.constraints.AppendOnly(name='commission_rule_append_only'),
        ),
        migrations.AddConstraint(
            model_name='commissionrule',
            constraint=models.UniqueConstraint(fields=('brand', 'rule_hash'), name='commission_rule_once'),
        ),
        migrations.AddConstraint(
            model_name='offercategory',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='offer_category_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='offercategory',
            constraint=accounts.constraints.RowSecurity(name='offer_category_row_security'),
        ),
        migrations.AddConstraint(
            model_name='offercategory',
            constraint=models.UniqueConstraint(fields=('brand', 'name'), name='offer_category_name'),
        ),
        migrations.AddIndex(
            model_name='offerclaim',
            index=models.Index(fields=['brand', 'customer'], name='offer_claim_customer'),
        ),
        migrations.AddConstraint(
            model_name='offerclaim',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='offer_claim_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='offerclaim',
            constraint=accounts.constraints.RowSecurity(name='offer_claim_row_security'),
        ),
        migrations.AddConstraint(
            model_name='offerclaim',
            constraint=accounts.constraints.BrandFK(field='offer', name='offer_claim_offer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='offerclaim',
            constraint=accounts.constraints.BrandFK(field='customer', name='offer_claim_customer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='offerclaim',
            constraint=models.UniqueConstraint(fields=('brand', 'offer', 'customer'), name='offer_claim_once'),
        ),
        migrations.AddConstraint(
            model_name='offerrules',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='offer_rules_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='offerrules',
            constraint=accounts.constraints.RowSecurity(name='offer_rules_row_security'),
        ),
        migrations.AddConstraint(
            model_name='offerrules',
            constraint=models.UniqueConstraint(fields=('brand',), name='offer_rules_once'),
        ),
        migrations.AddConstraint(
            model_name='offerrules',
            constraint=models.CheckConstraint(condition=models.Q(('floor_minor__gte', 0)), name='offer_rules_floor_not_negative'),
        ),
        migrations.AddIndex(
            model_name='offerstep',
            index=models.Index(fields=['brand', 'offer'], name='offer_step_of'),
        ),
        migrations.AddConstraint(
            model_name='offerstep',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='offer_step_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='offerstep',
            constraint=accounts.constraints.RowSecurity(name='offer_step_row_security'),
        ),
        migrations.AddConstraint(
            model_name='offerstep',
            constraint=accounts.constraints.BrandFK(field='offer', name='offer_step_offer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='offerstep',
            constraint=accounts.constraints.AppendOnly(name='offer_step_append_only'),
        ),
        migrations.AddConstraint(
            model_name='offertemplate',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='offer_template_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='offertemplate',
            constraint=accounts.constraints.RowSecurity(name='offer_template_row_security'),
        ),
        migrations.AddConstraint(
            model_name='offertemplate',
            constraint=models.UniqueConstraint(fields=('brand',), name='offer_template_once'),
        ),
        migrations.AddConstraint(
            model_name='offerversion',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='offer_version_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='offerversion',
            constraint=accounts.constraints.RowSecurity(name='offer_version_row_security'),
        ),
        migrations.AddConstraint(
            model_name='offerversion',
            constraint=accounts.constraints.BrandFK(field='offer', name='offer_version_offer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='offerversion',
            constraint=accounts.constraints.AppendOnly(name='offer_version_append_only'),
        ),
        migrations.AddConstraint(
            model_name='offerversion',
            constraint=models.UniqueConstraint(fields=('brand', 'offer', 'number'), name='offer_version_no'),
        ),
        migrations.AddIndex(
            model_name='pack',
            index=models.Index(fields=['brand', 'state'], name='pack_state'),
        ),
        migrations.AddConstraint(
            model_name='pack',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='pack_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='pack',
            constraint=accounts.constraints.RowSecurity(name='pack_row_security'),
        ),
        migrations.AddConstraint(
            model_name='pack',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='pack_uid'),
        ),
        migrations.AddConstraint(
            model_name='pack',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'live')), fields=('brand', 'sku'), name='pack_sku_live_once'),
        ),
        migrations.AddConstraint(
            model_name='pack',
            constraint=models.CheckConstraint(condition=models.Q(('price_minor__gte', 1)), name='pack_price_positive'),
        ),
        migrations.AddConstraint(
            model_name='pack',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('live_from__isnull', False), ('version__gte', 1)), _connector='OR'), name='pack_live_on_a_table'),
        ),
        migrations.AddConstraint(
            model_name='packversion',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='pack_version_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='packversion',
            constraint=accounts.constraints.RowSecurity(name='pack_version_row_security'),
        ),
        migrations.AddConstraint(
            model_name='packversion',
            constraint=accounts.constraints.BrandFK(field='pack', name='pack_version_pack_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='packversion',
            constraint=accounts.constraints.AppendOnly(name='pack_version_append_only'),
        ),
        migrations.AddConstraint(
            model_name='packversion',
            constraint=models.UniqueConstraint(fields=('brand', 'pack', 'number'), name='pack_version_number'),
        ),
        migrations.AddIndex(
            model_name='packsale',
            index=models.Index(fields=['brand', 'pack', '-id'], name='pack_sale_newest'),
        ),
        migrations.AddIndex(
            model_name='packsale',
            index=models.Index(condition=models.Q(('customer__isnull', False)), fields=['brand', 'customer'], name='pack_sale_customer'),
        ),
        migrations.AddConstraint(
            model_name='packsale',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='pack_sale_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='packsale',
            constraint=accounts.constraints.RowSecurity(name='pack_sale_row_security'),
        ),
        migrations.AddConstraint(
            model_name='packsale',
            constraint=accounts.constraints.BrandFK(field='pack', name='pack_sale_pack_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='packsale',
            constraint=accounts.constraints.BrandFK(field='version', name='pack_sale_version_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='packsale',
            constraint=accounts.constraints.BrandFK(field='order', name='pack_sale_order_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='packsale',
            constraint=accounts.constraints.BrandFK(field='customer', name='pack_sale_customer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='packsale',
            constraint=models.UniqueConstraint(fields=('brand', 'order', 'pack'), name='pack_sale_once'),
        ),
        migrations.AddConstraint(
            model_name='packsale',
            constraint=models.CheckConstraint(condition=models.Q(('money_minor__gte', 0), ('quantity__gte', 1)), name='pack_sale_of_something'),
        ),
        migrations.AddIndex(
            model_name='partnership',
            index=models.Index(fields=['brand', 'email'], name='partnership_email'),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='partnership_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=accounts.constraints.RowSecurity(name='partnership_row_security'),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=accounts.constraints.BrandFK(field='category', name='partnership_category_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='partnership_uid'),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', False)), fields=('brand', 'organisation', 'sister_brand'), name='partnership_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['applied', 'invited', 'approved', 'rejected', 'declined', 'active', 'suspended', 'ended', 'banned'])), name='partnership_state_known'),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'active'), _negated=True), ('terms_number__gte', 1), _connector='OR'), name='partnership_active_on_terms'),
        ),
        migrations.AddIndex(
            model_name='partnermessage',
            index=models.Index(fields=['brand', 'partnership'], name='partner_message_of'),
        ),
        migrations.AddConstraint(
            model_name='partnermessage',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='partner_message_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='partnermessage',
            constraint=accounts.constraints.RowSecurity(name='partner_message_row_security'),
        ),
        migrations.AddConstraint(
            model_name='partnermessage',
            constraint=accounts.constraints.BrandFK(field='partnership', name='partner_message_partnership_same_brand'),
        ),
        migrations.AddIndex(
            model_name='partnermail',
            index=models.Index(fields=['brand', 'partnership'], name='partner_mail_of'),
        ),
        migrations.AddConstraint(
            model_name='partnermail',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='partner_mail_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='partnermail',
            constraint=accounts.constraints.RowSecurity(name='partner_mail_row_security'),
        ),
        migrations.AddConstraint(
            model_name='partnermail',
            constraint=accounts.constraints.BrandFK(field='partnership', name='partner_mail_partnership_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='partnermail',
            constraint=accounts.constraints.BrandFK(field='invite', name='partner_mail_invite_same_brand'),
        ),
        migrations.AddIndex(
            model_name='partnerinvite',
            index=models.Index(fields=['brand', 'partnership'], name='partner_invite_of'),
        ),
        migrations.AddConstraint(
            model_name='partnerinvite',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='partner_invite_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='partnerinvite',
            constraint=accounts.constraints.RowSecurity(name='partner_invite_row_security'),
        ),
        migrations.AddConstraint(
            model_name='partnerinvite',
            constraint=accounts.constraints.BrandFK(field='partnership', name='partner_invite_partnership_same_brand'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['brand', 'partnership'], name='offer_partnership'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='offer_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=accounts.constraints.RowSecurity(name='offer_row_security'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=accounts.constraints.BrandFK(field='partnership', name='offer_partnership_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=accounts.constraints.BrandFK(field='category', name='offer_category_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=accounts.constraints.BrandFK(field='campaign', name='offer_campaign_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='offer_uid'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='offer_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'scheduled', 'live', 'paused']), _negated=True), models.Q(('approved__gte', 1), ('category__isnull', False), ('ends_on__isnull', False), ('starts_on__isnull', False), models.Q(('brand_hash', ''), _negated=True), ('brand_hash', models.F('partner_hash'))), _connector='OR'), name='offer_placed_by_both'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['approved', 'scheduled', 'live', 'paused'])), expressions=[(partners.models.offers._Int8Range(models.F('brand'), models.F('brand'), models.Value('[]')), '&&'), (partners.models.offers._Int8Range(models.F('category'), models.F('category'), models.Value('[]')), '&&'), (partners.models.offers._DateRange(models.F('starts_on'), models.F('ends_on'), models.Value('[]')), '&&'), (partners.models.offers._Int8Range(models.Case(models.When(is_exclusive=True, then=models.Value(0)), default=models.F('id'), output_field=models.BigIntegerField()), models.Case(models.When(is_exclusive=True, then=models.Value(4611686018427387904)), default=models.F('id'), output_field=models.BigIntegerField()), models.Value('[]')), '&&')], name='offer_exclusive'),
        ),
        migrations.AddConstraint(
            model_name='competitorblock',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='competitor_block_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='competitorblock',
            constraint=accounts.constraints.RowSecurity(name='competitor_block_row_security'),
        ),
        migrations.AddConstraint(
            model_name='competitorblock',
            constraint=accounts.constraints.BrandFK(field='partnership', name='competitor_block_partnership_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='competitorblock',
            constraint=accounts.constraints.BrandFK(field='category', name='competitor_block_category_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='competitorblock',
            constraint=accounts.constraints.BrandFK(field='other', name='competitor_block_other_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='competitorblock',
            constraint=models.UniqueConstraint(fields=('brand', 'partnership', 'category', 'other'), name='competitor_block_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='competitorblock',
            constraint=models.CheckConstraint(condition=models.Q(('category__isnull', True), ('other__isnull', True), _connector='XOR'), name='competitor_block_of_one'),
        ),
        migrations.AddConstraint(
            model_name='bankdetails',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='bank_details_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='bankdetails',
            constraint=accounts.constraints.RowSecurity(name='bank_details_row_security'),
        ),
        migrations.AddConstraint(
            model_name='bankdetails',
            constraint=accounts.constraints.BrandFK(field='partnership', name='bank_details_partnership_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='bankdetails',
            constraint=models.UniqueConstraint(fields=('brand', 'partnership'), name='bank_details_once'),
        ),
        migrations.AddIndex(
            model_name='partnershipstep',
            index=models.Index(fields=['brand', 'partnership'], name='partnership_step_of'),
        ),
        migrations.AddConstraint(
            model_name='partnershipstep',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='partnership_step_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='partnershipstep',
            constraint=accounts.constraints.RowSecurity(name='partnership_step_row_security'),
        ),
        migrations.AddConstraint(
            model_name='partnershipstep',
            constraint=accounts.constraints.BrandFK(field='partnership', name='partnership_step_partnership_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='partnershipstep',
            constraint=accounts.constraints.AppendOnly(name='partnership_step_append_only'),
        ),
        migrations.AddConstraint(
            model_name='partnershipterms',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='partnership_terms_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='partnershipterms',
            constraint=accounts.constraints.RowSecurity(name='partnership_terms_row_security'),
        ),
        migrations.AddConstraint(
            model_name='partnershipterms',
            constraint=accounts.constraints.BrandFK(field='partnership', name='partnership_terms_partnership_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='partnershipterms',
            constraint=accounts.constraints.AppendOnly(but=('brand_hash', 'brand_agreed_at', 'brand_agreed_by_id', 'partner_hash', 'partner_agreed_at', 'partner_agreed_by_id'), name='partnership_terms_append_only'),
        ),
        migrations.AddConstraint(
            model_name='partnershipterms',
            constraint=models.UniqueConstraint(fields=('brand', 'partnership', 'number'), name='partnership_terms_number'),
        ),
        migrations.AddConstraint(
            model_name='payoutbatch',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='payout_batch_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='payoutbatch',
            constraint=accounts.constraints.RowSecurity(name='payout_batch_row_security'),
        ),
        migrations.AddConstraint(
            model_name='payoutbatch',
            constraint=accounts.constraints.AppendOnly(but=('confirmed_at', 'confirmed_by_id'), name='payout_batch_append_only'),
        ),
        migrations.AddConstraint(
            model_name='payoutbatch',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='payout_batch_uid'),
        ),
        migrations.AddConstraint(
            model_name='payoutbatch',
            constraint=models.UniqueConstraint(fields=('brand', 'number'), name='payout_batch_number'),
        ),
        migrations.AddConstraint(
            model_name='reachask',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='reach_ask_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='reachask',
            constraint=accounts.constraints.RowSecurity(name='reach_ask_row_security'),
        ),
        migrations.AddConstraint(
            model_name='reachask',
            constraint=accounts.constraints.BrandFK(field='partnership', name='reach_ask_partnership_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='reachask',
            constraint=accounts.constraints.AppendOnly(name='reach_ask_append_only'),
        ),
        migrations.AddConstraint(
            model_name='reachask',
            constraint=models.UniqueConstraint(fields=('brand', 'partnership', 'wish_hash', 'on'), name='reach_ask_once'),
        ),
        migrations.AddConstraint(
            model_name='replytemplate',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='reply_template_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='replytemplate',
            constraint=accounts.constraints.RowSecurity(name='reply_template_row_security'),
        ),
        migrations.AddConstraint(
            model_name='replytemplate',
            constraint=models.UniqueConstraint(fields=('brand', 'name'), name='reply_template_name'),
        ),
        migrations.AddConstraint(
            model_name='sisterpact',
            constraint=models.UniqueConstraint(fields=('host', 'guest'), name='sister_pact_once'),
        ),
        migrations.AddConstraint(
            model_name='sisterpact',
            constraint=models.CheckConstraint(condition=models.Q(('host', models.F('guest')), _negated=True), name='sister_pact_of_two'),
        ),
        migrations.AddConstraint(
            model_name='sistergrant',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='sister_grant_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='sistergrant',
            constraint=accounts.constraints.RowSecurity(name='sister_grant_row_security'),
        ),
        migrations.AddConstraint(
            model_name='sistergrant',
            constraint=accounts.constraints.AppendOnly(but=('withdrawn_at', 'withdrawn_by_id'), name='sister_grant_append_only'),
        ),
        migrations.AddConstraint(
            model_name='sistergrant',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('brand', 'pact'), name='sister_grant_standing_once'),
        ),
        migrations.AddConstraint(
            model_name='sistersettlement',
            constraint=models.UniqueConstraint(fields=('pact', 'statement_id'), name='sister_settlement_once'),
        ),
        migrations.AddConstraint(
            model_name='sistersettlement',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor', 0), _negated=True), name='sister_settlement_not_nothing'),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(condition=models.Q(('state', 'issued')), fields=['brand', 'dispute_until'], name='statement_issued'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='statement_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=accounts.constraints.RowSecurity(name='statement_row_security'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=accounts.constraints.BrandFK(field='partnership', name='statement_partnership_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=accounts.constraints.BrandFK(field='carried_into', name='statement_carried_into_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='statement_uid'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('brand', 'partnership', 'number'), name='statement_number'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('total_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('opening_minor'), '+', models.F('earned_minor')), '-', models.F('owed_minor')))), name='statement_sums'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('carried_into__isnull', False), ('state', 'carried')), models.Q(models.Q(('state', 'carried'), _negated=True), ('carried_into__isnull', True)), _connector='OR'), name='statement_carried_into_one'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='payout_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=accounts.constraints.RowSecurity(name='payout_row_security'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=accounts.constraints.BrandFK(field='batch', name='payout_batch_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=accounts.constraints.BrandFK(field='statement', name='payout_statement_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=accounts.constraints.AppendOnly(name='payout_append_only'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.UniqueConstraint(fields=('brand', 'statement'), name='payout_once'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='payout_positive'),
        ),
        migrations.AddIndex(
            model_name='commissionline',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['brand', 'locked_until'], name='commission_line_pending'),
        ),
        migrations.AddIndex(
            model_name='commissionline',
            index=models.Index(condition=models.Q(('state', 'due')), fields=['brand', 'partnership', 'locked_until'], name='commission_line_due'),
        ),
        migrations.AddIndex(
            model_name='commissionline',
            index=models.Index(condition=models.Q(('statement__isnull', False)), fields=['brand', 'statement'], name='commission_line_statement'),
        ),
        migrations.AddIndex(
            model_name='commissionline',
            index=models.Index(fields=['brand', 'offer'], name='commission_line_offer'),
        ),
        migrations.AddConstraint(
            model_name='commissionline',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='commission_line_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='commissionline',
            constraint=accounts.constraints.RowSecurity(name='commission_line_row_security'),
        ),
        migrations.AddConstraint(
            model_name='commissionline',
            constraint=accounts.constraints.BrandFK(field='partnership', name='commission_line_partnership_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='commissionline',
            constraint=accounts.constraints.BrandFK(field='offer', name='commission_line_offer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='commissionline',
            constraint=accounts.constraints.BrandFK(field='rule', name='commission_line_rule_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='commissionline',
            constraint=accounts.constraints.BrandFK(field='statement', name='commission_line_statement_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='commissionline',
            constraint=models.UniqueConstraint(fields=('brand', 'cause_kind', 'cause_id', 'part'), name='commission_line_once'),
        ),
        migrations.AddConstraint(
            model_name='commissionline',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor', 0), _negated=True), name='commission_line_not_nothing'),
        ),
        migrations.AddConstraint(
            model_name='commissionline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['stated', 'paid']), ('statement__isnull', False)), models.Q(('state__in', ['pending', 'held', 'due']), ('statement__isnull', True)), _connector='OR'), name='commission_line_stated'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='redemption_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=accounts.constraints.RowSecurity(name='redemption_row_security'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=accounts.constraints.BrandFK(field='voucher', name='redemption_voucher_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=accounts.constraints.AppendOnly(but=('taken_back_at', 'taken_back_reason'), name='redemption_append_only'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='redemption_uid'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.UniqueConstraint(fields=('brand', 'key'), name='redemption_key'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.UniqueConstraint(condition=models.Q(('taken_back_at__isnull', True)), fields=('brand', 'voucher'), name='redemption_once'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.CheckConstraint(condition=models.Q(('paid_minor__isnull', True), ('paid_minor__gte', 0), _connector='OR'), name='redemption_paid_not_negative'),
        ),
        migrations.AddIndex(
            model_name='packitem',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['brand', 'id'], name='pack_item_waiting'),
        ),
        migrations.AddIndex(
            model_name='packitem',
            index=models.Index(condition=models.Q(('send_on__isnull', False), ('sent_at__isnull', True)), fields=['brand', 'send_on'], name='pack_item_to_send'),
        ),
        migrations.AddIndex(
            model_name='packitem',
            index=models.Index(fields=['brand', 'partnership'], name='pack_item_partnership'),
        ),
        migrations.AddConstraint(
            model_name='packitem',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='pack_item_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='packitem',
            constraint=accounts.constraints.RowSecurity(name='pack_item_row_security'),
        ),
        migrations.AddConstraint(
            model_name='packitem',
            constraint=accounts.constraints.BrandFK(field='sale', name='pack_item_sale_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='packitem',
            constraint=accounts.constraints.BrandFK(field='partnership', name='pack_item_partnership_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='packitem',
            constraint=accounts.constraints.BrandFK(field='voucher', name='pack_item_voucher_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='packitem',
            constraint=models.UniqueConstraint(fields=('brand', 'sale', 'position', 'unit', 'turn'), name='pack_item_once'),
        ),
        migrations.AddConstraint(
            model_name='packitem',
            constraint=models.UniqueConstraint(condition=models.Q(('voucher__isnull', False)), fields=('brand', 'voucher'), name='pack_item_voucher_once'),
        ),
        migrations.AddConstraint(
            model_name='packitem',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'issued', 'redeemed', 'expired', 'refunded', 'void'])), name='pack_item_state_known'),
        ),
        migrations.AddConstraint(
            model_name='packitem',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gte', 0)), name='pack_item_amount_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='voucherpool',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='voucher_pool_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='voucherpool',
            constraint=accounts.constraints.RowSecurity(name='voucher_pool_row_security'),
        ),
        migrations.AddConstraint(
            model_name='voucherpool',
            constraint=accounts.constraints.BrandFK(field='partnership', name='voucher_pool_partnership_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='voucherpool',
            constraint=accounts.constraints.BrandFK(field='offer', name='voucher_pool_offer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='voucherpool',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='voucher_pool_uid'),
        ),
        migrations.AddConstraint(
            model_name='voucherpool',
            constraint=models.UniqueConstraint(fields=('brand', 'partnership', 'name'), name='voucher_pool_name'),
        ),
        migrations.AddConstraint(
            model_name='voucherpool',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'percent'), ('value__gte', 1), ('value__lte', 100)), models.Q(('kind', 'amount'), ('value__gte', 1)), models.Q(('kind', 'item'), ('value__gte', 0), models.Q(('item', ''), _negated=True)), _connector='OR'), name='voucher_pool_worth'),
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(condition=models.Q(('state', 'free')), fields=['brand', 'pool', 'id'], name='voucher_free'),
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(condition=models.Q(('expires_on__isnull', False), ('state', 'assigned')), fields=['brand', 'expires_on'], name='voucher_expiring'),
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(condition=models.Q(('state', 'reserved')), fields=['brand', 'reserved_until'], name='voucher_reserved'),
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(condition=models.Q(('customer__isnull', False)), fields=['brand', 'customer'], name='voucher_customer'),
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(fields=['brand', 'pool', 'state', 'drawn_at'], name='voucher_stock'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='voucher_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=accounts.constraints.RowSecurity(name='voucher_row_security'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=accounts.constraints.BrandFK(field='pool', name='voucher_pool_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=accounts.constraints.BrandFK(field='customer', name='voucher_customer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=models.UniqueConstraint(fields=('brand', 'code_norm'), name='voucher_code'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=models.UniqueConstraint(condition=models.Q(('cause_kind', ''), _negated=True), fields=('brand', 'pool', 'customer', 'cause_kind', 'cause_id'), name='voucher_drawn_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['free', 'reserved', 'assigned', 'redeemed', 'void', 'expired'])), name='voucher_state_known'),
        ),
        migrations.AddConstraint(
            model_name='packpart',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='pack_part_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='packpart',
            constraint=accounts.constraints.RowSecurity(name='pack_part_row_security'),
        ),
        migrations.AddConstraint(
            model_name='packpart',
            constraint=accounts.constraints.BrandFK(field='pack', name='pack_part_pack_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='packpart',
            constraint=accounts.constraints.BrandFK(field='product', name='pack_part_product_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='packpart',
            constraint=accounts.constraints.BrandFK(field='pool', name='pack_part_pool_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='packpart',
            constraint=accounts.constraints.BrandFK(field='category', name='pack_part_category_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='packpart',
            constraint=models.UniqueConstraint(fields=('brand', 'pack', 'position'), name='pack_part_position'),
        ),
        migrations.AddConstraint(
            model_name='packpart',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'own'), ('pool__isnull', True)), models.Q(('kind__in', ['sister', 'partner']), ('pool__isnull', False), ('product__isnull', True)), models.Q(('kind', 'wanted'), ('pool__isnull', True), ('product__isnull', True), ('weight', 0)), _connector='OR'), name='pack_part_filled_by_its_kind'),
        ),
    ]
