import accounts.constraints
import accounts.models.base
import accounts.scope
import config.kit.clock
import config.kit.sql
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_kept_answer'),
        ('campaigns', '0001_initial'),
        ('customers', '0007_attribute_changes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='campaign',
            name='campaign_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='feedback',
            name='feedback_append_only',
        ),
        migrations.RemoveConstraint(
            model_name='feedback',
            name='feedback_kind_known',
        ),
        migrations.AddField(
            model_name='campaign',
            name='clock',
            field=models.CharField(choices=[('brand', "The brand's"), ('recipient', "Each recipient's own")], db_default='brand', default='brand', max_length=9),
        ),
        migrations.AddField(
            model_name='campaign',
            name='contact_kind',
            field=models.CharField(choices=[('campaign', 'News and offers'), ('referral', 'Asking for a referral'), ('partner', 'Offers of partners'), ('survey', 'Surveys')], db_default='campaign', default='campaign', max_length=8),
        ),
        migrations.AddField(
            model_name='campaign',
            name='control_percent',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='campaign',
            name='due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='campaign',
            name='intent',
            field=models.CharField(choices=[('thank', 'Thank'), ('help', 'Help'), ('ask', 'Ask a favour'), ('listen', 'Listen'), ('sell', 'Sell')], db_default='sell', default='sell', max_length=8),
        ),
        migrations.AddField(
            model_name='campaign',
            name='moments',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='campaign',
            name='send_at',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='campaign',
            name='test_percent',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='campaign',
            name='translations',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name='campaign',
            name='winner',
            field=models.CharField(blank=True, db_default='', default='', max_length=1),
        ),
        migrations.AddField(
            model_name='campaign',
            name='zoneless',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='chunk',
            name='decided',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='chunk',
            name='due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='chunk',
            name='variant',
            field=models.CharField(blank=True, db_default='', default='', max_length=1),
        ),
        migrations.AddField(
            model_name='chunk',
            name='waiting',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='delivery',
            name='variant',
            field=models.CharField(blank=True, db_default='', default='', max_length=1),
        ),
        migrations.AddField(
            model_name='emailtemplate',
            name='translations',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name='feedback',
            name='detail',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
        migrations.AddField(
            model_name='feedback',
            name='hints',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='feedback',
            name='is_machine',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='feedback',
            name='network',
            field=models.CharField(blank=True, db_default='', default='', max_length=43),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('scheduled', 'Scheduled'), ('launching', 'Getting ready'), ('sending', 'Sending'), ('paused', 'Paused'), ('cancelled', 'Cancelled'), ('done', 'Sent'), ('failed', 'Failed')], default='draft', max_length=10),
        ),
        migrations.AlterField(
            model_name='feedback',
            name='kind',
            field=models.CharField(choices=[('click', 'Clicked'), ('unsubscribe', 'Unsubscribed'), ('bounce', 'Bounced'), ('complaint', 'Complained'), ('open', 'Opened')], max_length=12),
        ),
        migrations.CreateModel(
            name='AttributionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('days', models.PositiveIntegerField(default=7)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='attribution_rule_brand_id'), accounts.constraints.RowSecurity(name='attribution_rule_row_security'), models.UniqueConstraint(fields=('brand',), name='attribution_rule_once'), models.CheckConstraint(condition=models.Q(('days__gte', 1), ('days__lte', 90)), name='attribution_rule_bounded')],
            },
        ),
        migrations.CreateModel(
            name='CouponBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('percent', 'Per cent off'), ('amount', 'Money off')], max_length=8)),
                ('value', models.BigIntegerField()),
                ('minimum_minor', models.BigIntegerField(db_default=0, default=0)),
                ('products', models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ('expires_on', models.DateField(null=True)),
                ('is_stackable', models.BooleanField(db_default=False, default=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='coupon_batch_brand_id'), accounts.constraints.RowSecurity(name='coupon_batch_row_security'), models.UniqueConstraint(fields=('brand', 'uid'), name='coupon_batch_uid'), models.UniqueConstraint(fields=('brand', 'name'), name='coupon_batch_name'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'percent'), ('value__gte', 1), ('value__lte', 100)), models.Q(('kind', 'amount'), ('value__gte', 1)), _connector='OR'), name='coupon_batch_worth')],
            },
        ),
        migrations.CreateModel(
            name='CampaignCoupons',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('campaign', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='coupon_choices', to='campaigns.campaign')),
                ('batch', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='campaign_choices', to='campaigns.couponbatch')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='campaign_coupons_brand_id'), accounts.constraints.RowSecurity(name='campaign_coupons_row_security'), accounts.constraints.BrandFK(field='campaign', name='campaign_coupons_campaign_same_brand'), accounts.constraints.BrandFK(field='batch', name='campaign_coupons_batch_same_brand'), models.UniqueConstraint(fields=('brand', 'campaign'), name='campaign_coupons_once')],
            },
        ),
        migrations.CreateModel(
            name='CampaignVariant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('letter', models.CharField(max_length=1)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('preheader', models.CharField(blank=True, max_length=200)),
                ('blocks', models.JSONField(default=list)),
                ('translations', models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('campaign', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='variants', to='campaigns.campaign')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='campaign_variant_brand_id'), accounts.constraints.RowSecurity(name='campaign_variant_row_security'), accounts.constraints.BrandFK(field='campaign', name='campaign_variant_campaign_same_brand'), models.UniqueConstraint(fields=('brand', 'campaign', 'letter'), name='campaign_variant_letter'), models.CheckConstraint(condition=models.Q(('letter__in', ['B', 'C', 'D', 'E', 'F'])), name='campaign_variant_known')],
            },
        ),
        migrations.CreateModel(
            name='ContactPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('rules', models.JSONField(default=dict)),
                ('by_id', models.BigIntegerField(editable=False, null=True)),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['brand', 'since'], name='contact_policy_since')],
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='contact_policy_brand_id'), accounts.constraints.RowSecurity(name='contact_policy_row_security'), accounts.constraints.AppendOnly(name='contact_policy_append_only')],
            },
        ),
        migrations.CreateModel(
            name='ContentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('owner', models.CharField(max_length=10)),
                ('document_id', models.BigIntegerField()),
                ('stack', models.CharField(choices=[('undo', 'To be taken back'), ('redo', 'To be done again')], max_length=4)),
                ('what', models.CharField(blank=True, max_length=80)),
                ('content', models.JSONField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['brand', 'owner', 'document_id', 'stack'], name='content_version_document')],
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='content_version_brand_id'), accounts.constraints.RowSecurity(name='content_version_row_security'), models.CheckConstraint(condition=models.Q(('stack__in', ['undo', 'redo'])), name='content_version_stack_known')],
            },
        ),
        migrations.CreateModel(
            name='Coupon',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('code', models.CharField(max_length=60)),
                ('code_norm', models.CharField(editable=False, max_length=60)),
                ('drawn_at', models.DateTimeField(null=True)),
                ('redeemed_at', models.DateTimeField(null=True)),
                ('campaign', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='coupons', to='campaigns.campaign')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='coupons', to='customers.customer')),
                ('order', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='coupons', to='customers.order')),
                ('batch', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='coupons', to='campaigns.couponbatch')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('customer__isnull', True), ('redeemed_at__isnull', True)), fields=['brand', 'batch', 'id'], name='coupon_free'), models.Index(condition=models.Q(('customer__isnull', False)), fields=['brand', 'customer'], name='coupon_customer')],
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='coupon_brand_id'), accounts.constraints.RowSecurity(name='coupon_row_security'), accounts.constraints.BrandFK(field='batch', name='coupon_batch_same_brand'), accounts.constraints.BrandFK(field='campaign', name='coupon_campaign_same_brand'), accounts.constraints.BrandFK(field='customer', name='coupon_customer_same_brand'), accounts.constraints.BrandFK(field='order', name='coupon_order_same_brand'), models.UniqueConstraint(fields=('brand', 'code_norm'), name='coupon_code'), models.UniqueConstraint(condition=models.Q(('customer__isnull', False)), fields=('brand', 'campaign', 'customer'), name='coupon_drawn_once')],
            },
        ),
        migrations.CreateModel(
            name='MailImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('name', models.CharField(max_length=60)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('alt', models.CharField(blank=True, max_length=300)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('size', models.PositiveIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='mail_image_brand_id'), accounts.constraints.RowSecurity(name='mail_image_row_security'), models.UniqueConstraint(fields=('brand', 'uid'), name='mail_image_uid'), models.UniqueConstraint(fields=('brand', 'name'), name='mail_image_name')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('at_most_days', models.PositiveIntegerField(null=True)),
                ('paused_until', models.DateField(null=True)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='preferences', to='customers.customer')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='preference_brand_id'), accounts.constraints.RowSecurity(name='preference_row_security'), accounts.constraints.BrandFK(field='customer', name='preference_customer_same_brand'), models.UniqueConstraint(fields=('brand', 'customer'), name='preference_once'), models.CheckConstraint(condition=models.Q(('at_most_days__isnull', True), models.Q(('at_most_days__gte', 1), ('at_most_days__lte', 366)), _connector='OR'), name='preference_days_bounded')],
            },
        ),
        migrations.CreateModel(
            name='Preflight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('content_hash', models.CharField(max_length=64)),
                ('people', models.PositiveIntegerField(db_default=0, default=0)),
                ('looked_at', models.PositiveIntegerField(db_default=0, default=0)),
                ('looked_up_to', models.BigIntegerField(db_default=0, default=0)),
                ('findings', models.JSONField(default=dict)),
                ('largest', models.PositiveIntegerField(db_default=0, default=0)),
                ('started_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('campaign', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='preflights', to='campaigns.campaign')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='preflight_brand_id'), accounts.constraints.RowSecurity(name='preflight_row_security'), accounts.constraints.BrandFK(field='campaign', name='preflight_campaign_same_brand'), models.UniqueConstraint(fields=('brand', 'campaign'), name='preflight_once')],
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('campaign', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='reservations', to='campaigns.campaign')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='reservations', to='customers.customer')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='reservation_brand_id'), accounts.constraints.RowSecurity(name='reservation_row_security'), accounts.constraints.BrandFK(field='campaign', name='reservation_campaign_same_brand'), accounts.constraints.BrandFK(field='customer', name='reservation_customer_same_brand'), models.UniqueConstraint(fields=('brand', 'customer', 'campaign'), name='reservation_once')],
            },
        ),
        migrations.CreateModel(
            name='SavedBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('name', models.CharField(max_length=120)),
                ('block', models.JSONField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='saved_block_brand_id'), accounts.constraints.RowSecurity(name='saved_block_row_security')],
            },
        ),
        migrations.CreateModel(
            name='SendingDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('domain', models.CharField(max_length=253)),
                ('selector', models.CharField(max_length=63)),
                ('algorithm', models.CharField(choices=[('rsa', 'RSA 2048'), ('ed25519', 'Ed25519')], default='rsa', max_length=8)),
                ('private_key', models.TextField(editable=False)),
                ('public_key', models.TextField(editable=False)),
                ('return_domain', models.CharField(blank=True, db_default='', default='', max_length=253)),
                ('state', models.CharField(choices=[('new', 'Not verified yet'), ('verified', 'Verified'), ('failing', 'Records are missing')], default='new', max_length=8)),
                ('findings', models.JSONField(default=dict)),
                ('checked_at', models.DateTimeField(null=True)),
                ('verified_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('brand', 'id'), name='sending_domain_brand_id'), accounts.constraints.RowSecurity(name='sending_domain_row_security'), models.UniqueConstraint(fields=('brand', 'domain'), name='sending_domain_once'), models.CheckConstraint(condition=models.Q(('state__in', ['new', 'verified', 'failing'])), name='sending_domain_state_known'), models.CheckConstraint(condition=models.Q(('algorithm__in', ['rsa', 'ed25519'])), name='sending_domain_algorithm_known')],
            },
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'scheduled', 'launching', 'sending', 'paused', 'cancelled', 'done', 'failed'])), name='campaign_state_known'),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('intent__in', ['thank', 'help', 'ask', 'listen', 'sell'])), name='campaign_intent_known'),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('contact_kind__in', ['campaign', 'referral', 'partner', 'survey'])), name='campaign_contact_kind_known'),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('clock__in', ['brand', 'recipient'])), name='campaign_clock_known'),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('control_percent__lte', 90)), name='campaign_control_bounded'),
        ),
        migrations.AddConstraint(
            model_name='feedback',
            constraint=accounts.constraints.AppendOnly(but=('is_machine',), name='feedback_append_only'),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='feedback',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['click', 'unsubscribe', 'bounce', 'complaint', 'open'])), name='feedback_kind_known'),
        ),
    ]
