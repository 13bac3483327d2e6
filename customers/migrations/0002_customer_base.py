import accounts.constraints
import accounts.models.base
import accounts.scope
import config.kit.clock
import config.kit.sql
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_kept_answer'),
        ('customers', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='consent',
            name='claimed_by_id',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='consent',
            name='expires_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='consentstate',
            name='expires_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='customer',
            name='is_relay',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='customer',
            name='tags',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='customerfacts',
            name='events',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name='customerfacts',
            name='order_days',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), db_default=models.Value([]), default=list, size=None),
        ),
        migrations.AddField(
            model_name='customerfacts',
            name='order_gross',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), db_default=models.Value([]), default=list, size=None),
        ),
        migrations.AddField(
            model_name='customerfacts',
            name='refund_days',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), db_default=models.Value([]), default=list, size=None),
        ),
        migrations.AddField(
            model_name='customerfacts',
            name='refund_minor',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), db_default=models.Value([]), default=list, size=None),
        ),
        migrations.AddField(
            model_name='import',
            name='undo_requested_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='import',
            name='undone_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='cancelled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='channel',
            field=models.CharField(blank=True, choices=[('web', 'Web shop'), ('till', 'Till'), ('marketplace', 'Marketplace'), ('phone', 'Phone')], db_default='', default='', max_length=12),
        ),
        migrations.AddField(
            model_name='order',
            name='discount_codes',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='order',
            name='discount_minor',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='order',
            name='is_counted',
            field=models.BooleanField(db_default=True, default=True, editable=False),
        ),
        migrations.AddField(
            model_name='order',
            name='is_test',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='order',
            name='tags',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='product',
            name='compare_at_minor',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='image_url',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
        migrations.AddField(
            model_name='product',
            name='is_replenishable',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='language',
            field=models.CharField(blank=True, db_default='', default='', max_length=10),
        ),
        migrations.AddField(
            model_name='product',
            name='price_minor',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='stock',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='tags',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='product',
            name='url',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
        migrations.AddField(
            model_name='product',
            name='vendor',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='segment',
            name='evaluated_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='segment',
            name='evaluated_generation',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='segment',
            name='generation',
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='segment',
            name='kind',
            field=models.CharField(choices=[('rule', 'Rule'), ('list', 'List')], db_default='rule', default='rule', max_length=10),
        ),
        migrations.AddField(
            model_name='segment',
            name='members_count',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name='consent',
            name='basis',
            field=models.CharField(choices=[('consent', 'Consent'), ('soft_opt_in', 'Soft opt-in'), ('implied', 'Implied'), ('business', 'Business contact'), ('claimed', 'Claimed by the brand'), ('none', 'None')], max_length=12),
        ),
        migrations.AlterField(
            model_name='consent',
            name='channel',
            field=models.CharField(choices=[('email', 'E-mail'), ('sms', 'Text message'), ('post', 'Letter'), ('phone', 'Phone call')], max_length=10),
        ),
        migrations.AlterField(
            model_name='consent',
            name='purpose',
            field=models.CharField(max_length=20),
        ),
        migrations.AlterField(
            model_name='consentstate',
            name='basis',
            field=models.CharField(choices=[('consent', 'Consent'), ('soft_opt_in', 'Soft opt-in'), ('implied', 'Implied'), ('business', 'Business contact'), ('claimed', 'Claimed by the brand'), ('none', 'None')], max_length=12),
        ),
        migrations.AlterField(
            model_name='consentstate',
            name='channel',
            field=models.CharField(choices=[('email', 'E-mail'), ('sms', 'Text message'), ('post', 'Letter'), ('phone', 'Phone call')], max_length=10),
        ),
        migrations.AlterField(
            model_name='consentstate',
            name='purpose',
            field=models.CharField(max_length=20),
        ),
        migrations.AlterField(
            model_name='suppression',
            name='channel',
            field=models.CharField(choices=[('email', 'E-mail'), ('sms', 'Text message'), ('post', 'Letter'), ('phone', 'Phone call')], max_length=10),
        ),
        migrations.CreateModel(
            name='AttributeDefinition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('date', 'Date'), ('boolean', 'Yes or no'), ('choice', 'Choice'), ('money', 'Money')], max_length=10)),
                ('choices', models.JSONField(default=list)),
                ('is_promoted', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='AttributeValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500, null=True)),
                ('number', models.FloatField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='attribute_values', to='customers.customer')),
                ('definition', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='values', to='customers.attributedefinition')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='BulkAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('kind', models.CharField(max_length=30)),
                ('params', models.JSONField(default=dict)),
                ('selection', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('undoing', 'Being taken back'), ('undone', 'Taken back')], default='running', max_length=10)),
                ('customers', models.PositiveIntegerField(default=0)),
                ('by_id', models.BigIntegerField(editable=False, null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='BulkChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.BigIntegerField()),
                ('before', models.JSONField()),
                ('action', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='customers.bulkaction')),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='BulkJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('kind', models.CharField(max_length=20)),
                ('format', models.CharField(max_length=10)),
                ('file', models.FileField(max_length=300, upload_to='')),
                ('size', models.BigIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('lines_done', models.BigIntegerField(default=0)),
                ('lines_failed', models.BigIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('finished_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='BulkResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line_number', models.BigIntegerField()),
                ('outcome', models.CharField(max_length=10)),
                ('public_id', models.CharField(blank=True, max_length=40)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('job', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='results', to='customers.bulkjob')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CategoryMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shop_category', models.CharField(max_length=120)),
                ('category', models.CharField(max_length=120)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Credit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('first', 'First order'), ('repeat', 'Repeat purchase'), ('cross_sell', 'Cross-sell'), ('referral', 'Referral'), ('joint_venture', 'Joint venture')], max_length=15)),
                ('amount_minor', models.BigIntegerField()),
                ('on', models.DateField()),
                ('rule_version', models.PositiveIntegerField()),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='credits', to='customers.customer')),
                ('order', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='credits', to='customers.order')),
                ('refund', accounts.models.base.OwnKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='credits', to='customers.refund')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CreditClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line_position', models.PositiveIntegerField(null=True)),
                ('source', models.CharField(choices=[('first', 'First order'), ('repeat', 'Repeat purchase'), ('cross_sell', 'Cross-sell'), ('referral', 'Referral'), ('joint_venture', 'Joint venture')], max_length=15)),
                ('claimant', models.CharField(max_length=60)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('order', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='credit_claims', to='customers.order')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CustomerEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.BigIntegerField(null=True)),
                ('name', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('source', models.CharField(max_length=30)),
                ('source_id', models.CharField(max_length=120)),
                ('properties', models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict)),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='DirtyCustomer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.BigIntegerField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='DuplicatePair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reasons', models.JSONField()),
                ('score', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('open', 'To look at'), ('merged', 'Merged'), ('dismissed', 'Two people')], default='open', max_length=10)),
                ('found_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('first', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('second', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ImportChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=63)),
                ('row_id', models.BigIntegerField()),
                ('before', models.JSONField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('of', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='customers.import')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ImportRecipe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30)),
                ('fingerprint', models.CharField(max_length=64)),
                ('mapping', models.JSONField()),
                ('options', models.JSONField(default=dict)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='MarginAssumption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('margin_bp', models.PositiveIntegerField()),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('before', models.JSONField(default=dict)),
                ('by_id', models.BigIntegerField(editable=False, null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('undone_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('gone', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('kept', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='MergeMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=63)),
                ('row_id', models.BigIntegerField()),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('merge', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='moves', to='customers.merge')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=4000)),
                ('author_id', models.BigIntegerField(editable=False, null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='notes', to='customers.customer')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OptInRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=20)),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('sms', 'Text message'), ('post', 'Letter'), ('phone', 'Phone call')], max_length=10)),
                ('token_hash', models.BinaryField(max_length=32)),
                ('wording', models.TextField(blank=True, max_length=1000)),
                ('wording_version', models.CharField(blank=True, max_length=40)),
                ('source', models.CharField(max_length=40)),
                ('proof', models.JSONField(default=dict)),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('expires_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='opt_in_requests', to='customers.customer')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OrderRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('count_test', models.BooleanField(db_default=False, default=False)),
                ('count_zero', models.BooleanField(db_default=True, default=True)),
                ('leave_out_tags', models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ('leave_out_channels', models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ('wholesale_from_minor', models.BigIntegerField(null=True)),
                ('version', models.PositiveIntegerField(db_default=1, default=1)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PermissionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(blank=True, max_length=60)),
                ('bases', models.JSONField()),
                ('implied_days', models.PositiveIntegerField(default=730)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PrivacyRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('kind', models.CharField(choices=[('export', 'Hand over a copy'), ('erase', 'Erase')], max_length=10)),
                ('report', models.JSONField(default=dict)),
                ('file', models.FileField(blank=True, max_length=300, upload_to='')),
                ('requested_by_id', models.BigIntegerField(editable=False, null=True)),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('done_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('customer', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='privacy_requests', to='customers.customer')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ProductCost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('cost_minor', models.BigIntegerField()),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('product', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='costs', to='customers.product')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ProductFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('shopify_products', 'Shopify products (CSV)'), ('google_xml', 'Google Merchant (XML)'), ('google_csv', 'Google Merchant (CSV or TSV)')], max_length=20)),
                ('url', models.CharField(blank=True, max_length=500)),
                ('every_hours', models.PositiveIntegerField(default=24)),
                ('last_good_file', models.FileField(blank=True, max_length=300, upload_to='')),
                ('last_good_at', models.DateTimeField(null=True)),
                ('last_tried_at', models.DateTimeField(null=True)),
                ('last_error', models.TextField(blank=True)),
                ('counts', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(db_default=config.kit.sql.UuidV7(), editable=False)),
                ('name', models.CharField(max_length=80)),
                ('query', models.JSONField(default=dict)),
                ('columns', models.JSONField(default=list)),
                ('sort', models.CharField(blank=True, max_length=30)),
                ('is_shared', models.BooleanField(default=False)),
                ('owner_id', models.BigIntegerField(editable=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now, editable=False)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SegmentChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('rule', 'The rule was changed'), ('data', 'Something about the customer changed'), ('time', 'Time passed'), ('hand', 'Put on the list, or taken off, by hand'), ('audit', 'Found by the nightly check')], max_length=6)),
                ('entered', models.PositiveIntegerField()),
                ('left', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('segment', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='customers.segment')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SegmentFlip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('segment', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='flips', to='customers.segment')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SegmentMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.BigIntegerField()),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.CharField(choices=[('rule', 'The rule was changed'), ('data', 'Something about the customer changed'), ('time', 'Time passed'), ('hand', 'Put on the list, or taken off, by hand'), ('audit', 'Found by the nightly check')], max_length=6)),
                ('left_at', models.DateTimeField(null=True)),
                ('left_by', models.CharField(blank=True, choices=[('rule', 'The rule was changed'), ('data', 'Something about the customer changed'), ('time', 'Time passed'), ('hand', 'Put on the list, or taken off, by hand'), ('audit', 'Found by the nightly check')], default='', max_length=6)),
                ('entered_change', models.BigIntegerField()),
                ('left_change', models.BigIntegerField(null=True)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('segment', accounts.models.base.OwnKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='members', to='customers.segment')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Spend',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('kind', models.CharField(choices=[('acquisition', 'Winning new customers'), ('retention', 'Keeping customers')], max_length=12)),
                ('channel', models.CharField(max_length=60)),
                ('amount_minor', models.BigIntegerField()),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=config.kit.clock.now)),
                ('brand', models.ForeignKey(db_index=False, default=accounts.scope.current_brand_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='attributedefinition',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='attribute_definition_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='attributedefinition',
            constraint=accounts.constraints.RowSecurity(name='attribute_definition_row_security'),
        ),
        migrations.AddConstraint(
            model_name='attributedefinition',
            constraint=models.UniqueConstraint(fields=('brand', 'name'), name='attribute_definition_name'),
        ),
        migrations.AddIndex(
            model_name='attributevalue',
            index=models.Index(fields=['brand', 'definition', 'text'], name='attribute_value_text'),
        ),
        migrations.AddIndex(
            model_name='attributevalue',
            index=models.Index(fields=['brand', 'definition', 'number'], name='attribute_value_number'),
        ),
        migrations.AddConstraint(
            model_name='attributevalue',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='attribute_value_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='attributevalue',
            constraint=accounts.constraints.RowSecurity(name='attribute_value_row_security'),
        ),
        migrations.AddConstraint(
            model_name='attributevalue',
            constraint=accounts.constraints.BrandFK(field='definition', name='attribute_value_definition_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='attributevalue',
            constraint=accounts.constraints.BrandFK(field='customer', name='attribute_value_customer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='attributevalue',
            constraint=models.UniqueConstraint(fields=('brand', 'customer', 'definition'), name='attribute_value_once'),
        ),
        migrations.AddConstraint(
            model_name='bulkaction',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='bulk_action_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='bulkaction',
            constraint=accounts.constraints.RowSecurity(name='bulk_action_row_security'),
        ),
        migrations.AddConstraint(
            model_name='bulkaction',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='bulk_action_uid'),
        ),
        migrations.AddConstraint(
            model_name='bulkaction',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['running', 'done', 'undoing', 'undone'])), name='bulk_action_state_known'),
        ),
        migrations.AddConstraint(
            model_name='bulkchange',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='bulk_change_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='bulkchange',
            constraint=accounts.constraints.RowSecurity(name='bulk_change_row_security'),
        ),
        migrations.AddConstraint(
            model_name='bulkchange',
            constraint=accounts.constraints.BrandFK(field='action', name='bulk_change_action_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='bulkchange',
            constraint=models.UniqueConstraint(fields=('brand', 'action', 'customer_id'), name='bulk_change_once'),
        ),
        migrations.AddConstraint(
            model_name='bulkjob',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='bulk_job_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='bulkjob',
            constraint=accounts.constraints.RowSecurity(name='bulk_job_row_security'),
        ),
        migrations.AddConstraint(
            model_name='bulkjob',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='bulk_job_uid'),
        ),
        migrations.AddConstraint(
            model_name='bulkjob',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'done', 'failed'])), name='bulk_job_state_known'),
        ),
        migrations.AddConstraint(
            model_name='bulkresult',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='bulk_result_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='bulkresult',
            constraint=accounts.constraints.RowSecurity(name='bulk_result_row_security'),
        ),
        migrations.AddConstraint(
            model_name='bulkresult',
            constraint=accounts.constraints.BrandFK(field='job', name='bulk_result_job_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='bulkresult',
            constraint=models.UniqueConstraint(fields=('brand', 'job', 'line_number'), name='bulk_result_once'),
        ),
        migrations.AddConstraint(
            model_name='categorymapping',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='category_mapping_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='categorymapping',
            constraint=accounts.constraints.RowSecurity(name='category_mapping_row_security'),
        ),
        migrations.AddConstraint(
            model_name='categorymapping',
            constraint=models.UniqueConstraint(fields=('brand', 'shop_category'), name='category_mapping_once'),
        ),
        migrations.AddIndex(
            model_name='credit',
            index=models.Index(fields=['brand', 'order'], name='credit_order'),
        ),
        migrations.AddIndex(
            model_name='credit',
            index=models.Index(fields=['brand', 'refund'], name='credit_refund'),
        ),
        migrations.AddIndex(
            model_name='credit',
            index=models.Index(fields=['brand', 'customer'], name='credit_customer'),
        ),
        migrations.AddIndex(
            model_name='credit',
            index=models.Index(fields=['brand', 'on', 'source'], name='credit_day'),
        ),
        migrations.AddConstraint(
            model_name='credit',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='credit_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='credit',
            constraint=accounts.constraints.RowSecurity(name='credit_row_security'),
        ),
        migrations.AddConstraint(
            model_name='credit',
            constraint=accounts.constraints.BrandFK(field='order', name='credit_order_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='credit',
            constraint=accounts.constraints.BrandFK(field='refund', name='credit_refund_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='credit',
            constraint=accounts.constraints.BrandFK(field='customer', name='credit_customer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='creditclaim',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='credit_claim_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='creditclaim',
            constraint=accounts.constraints.RowSecurity(name='credit_claim_row_security'),
        ),
        migrations.AddConstraint(
            model_name='creditclaim',
            constraint=accounts.constraints.BrandFK(field='order', name='credit_claim_order_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='creditclaim',
            constraint=models.UniqueConstraint(fields=('brand', 'order', 'line_position', 'source', 'claimant'), name='credit_claim_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='creditclaim',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['referral', 'joint_venture'])), name='credit_claim_of_apps_above'),
        ),
        migrations.AddIndex(
            model_name='customerevent',
            index=models.Index(fields=['brand', 'customer_id', 'name', 'at'], name='customer_event_who'),
        ),
        migrations.AddConstraint(
            model_name='customerevent',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='customer_event_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='customerevent',
            constraint=accounts.constraints.RowSecurity(name='customer_event_row_security'),
        ),
        migrations.AddConstraint(
            model_name='customerevent',
            constraint=models.UniqueConstraint(fields=('brand', 'source', 'source_id'), name='customer_event_source'),
        ),
        migrations.AddIndex(
            model_name='dirtycustomer',
            index=models.Index(fields=['brand', 'at'], name='dirty_customer_oldest'),
        ),
        migrations.AddConstraint(
            model_name='dirtycustomer',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='dirty_customer_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='dirtycustomer',
            constraint=accounts.constraints.RowSecurity(name='dirty_customer_row_security'),
        ),
        migrations.AddIndex(
            model_name='duplicatepair',
            index=models.Index(fields=['brand', 'state', '-score'], name='duplicate_pair_queue'),
        ),
        migrations.AddConstraint(
            model_name='duplicatepair',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='duplicate_pair_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='duplicatepair',
            constraint=accounts.constraints.RowSecurity(name='duplicate_pair_row_security'),
        ),
        migrations.AddConstraint(
            model_name='duplicatepair',
            constraint=accounts.constraints.BrandFK(field='first', name='duplicate_pair_first_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='duplicatepair',
            constraint=accounts.constraints.BrandFK(field='second', name='duplicate_pair_second_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='duplicatepair',
            constraint=models.UniqueConstraint(fields=('brand', 'first', 'second'), name='duplicate_pair_once'),
        ),
        migrations.AddConstraint(
            model_name='duplicatepair',
            constraint=models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='duplicate_pair_in_order'),
        ),
        migrations.AddConstraint(
            model_name='importchange',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='import_change_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='importchange',
            constraint=accounts.constraints.RowSecurity(name='import_change_row_security'),
        ),
        migrations.AddConstraint(
            model_name='importchange',
            constraint=accounts.constraints.BrandFK(field='of', name='import_change_of_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='importchange',
            constraint=models.UniqueConstraint(fields=('brand', 'of', 'table', 'row_id'), name='import_change_once'),
        ),
        migrations.AddConstraint(
            model_name='importrecipe',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='import_recipe_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='importrecipe',
            constraint=accounts.constraints.RowSecurity(name='import_recipe_row_security'),
        ),
        migrations.AddConstraint(
            model_name='importrecipe',
            constraint=models.UniqueConstraint(fields=('brand', 'kind', 'fingerprint'), name='import_recipe_once'),
        ),
        migrations.AddConstraint(
            model_name='marginassumption',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='margin_assumption_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='marginassumption',
            constraint=accounts.constraints.RowSecurity(name='margin_assumption_row_security'),
        ),
        migrations.AddConstraint(
            model_name='marginassumption',
            constraint=models.UniqueConstraint(fields=('brand',), name='margin_assumption_once'),
        ),
        migrations.AddConstraint(
            model_name='marginassumption',
            constraint=models.CheckConstraint(condition=models.Q(('margin_bp__lte', 10000)), name='margin_assumption_is_a_share'),
        ),
        migrations.AddIndex(
            model_name='merge',
            index=models.Index(fields=['brand', 'kept'], name='merge_kept'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='merge_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=accounts.constraints.RowSecurity(name='merge_row_security'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=accounts.constraints.BrandFK(field='kept', name='merge_kept_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=accounts.constraints.BrandFK(field='gone', name='merge_gone_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='merge_uid'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('brand', 'gone'), name='merge_gone_once'),
        ),
        migrations.AddConstraint(
            model_name='mergemove',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='merge_move_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='mergemove',
            constraint=accounts.constraints.RowSecurity(name='merge_move_row_security'),
        ),
        migrations.AddConstraint(
            model_name='mergemove',
            constraint=accounts.constraints.BrandFK(field='merge', name='merge_move_merge_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='mergemove',
            constraint=models.UniqueConstraint(fields=('brand', 'merge', 'table', 'row_id'), name='merge_move_once'),
        ),
        migrations.AddIndex(
            model_name='note',
            index=models.Index(fields=['brand', 'customer', 'at'], name='note_customer'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='note_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=accounts.constraints.RowSecurity(name='note_row_security'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=accounts.constraints.BrandFK(field='customer', name='note_customer_same_brand'),
        ),
        migrations.AddIndex(
            model_name='optinrequest',
            index=models.Index(fields=['brand', 'customer'], name='opt_in_request_customer'),
        ),
        migrations.AddConstraint(
            model_name='optinrequest',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='opt_in_request_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='optinrequest',
            constraint=accounts.constraints.RowSecurity(name='opt_in_request_row_security'),
        ),
        migrations.AddConstraint(
            model_name='optinrequest',
            constraint=accounts.constraints.BrandFK(field='customer', name='opt_in_request_customer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='optinrequest',
            constraint=models.UniqueConstraint(fields=('brand', 'token_hash'), name='opt_in_request_token'),
        ),
        migrations.AddConstraint(
            model_name='orderrule',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='order_rule_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='orderrule',
            constraint=accounts.constraints.RowSecurity(name='order_rule_row_security'),
        ),
        migrations.AddConstraint(
            model_name='orderrule',
            constraint=models.UniqueConstraint(fields=('brand',), name='order_rule_once'),
        ),
        migrations.AddConstraint(
            model_name='permissionrule',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='permission_rule_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='permissionrule',
            constraint=accounts.constraints.RowSecurity(name='permission_rule_row_security'),
        ),
        migrations.AddConstraint(
            model_name='permissionrule',
            constraint=models.UniqueConstraint(fields=('brand', 'country'), name='permission_rule_country'),
        ),
        migrations.AddIndex(
            model_name='privacyrequest',
            index=models.Index(fields=['brand', 'customer'], name='privacy_request_customer'),
        ),
        migrations.AddConstraint(
            model_name='privacyrequest',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='privacy_request_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='privacyrequest',
            constraint=accounts.constraints.RowSecurity(name='privacy_request_row_security'),
        ),
        migrations.AddConstraint(
            model_name='privacyrequest',
            constraint=accounts.constraints.BrandFK(field='customer', name='privacy_request_customer_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='privacyrequest',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='privacy_request_uid'),
        ),
        migrations.AddConstraint(
            model_name='productcost',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='product_cost_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='productcost',
            constraint=accounts.constraints.RowSecurity(name='product_cost_row_security'),
        ),
        migrations.AddConstraint(
            model_name='productcost',
            constraint=accounts.constraints.BrandFK(field='product', name='product_cost_product_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='productcost',
            constraint=models.UniqueConstraint(fields=('brand', 'product', 'valid_from'), name='product_cost_once'),
        ),
        migrations.AddConstraint(
            model_name='productcost',
            constraint=models.CheckConstraint(condition=models.Q(('cost_minor__gte', 0)), name='product_cost_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='productfeed',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='product_feed_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='productfeed',
            constraint=accounts.constraints.RowSecurity(name='product_feed_row_security'),
        ),
        migrations.AddConstraint(
            model_name='productfeed',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='product_feed_uid'),
        ),
        migrations.AddConstraint(
            model_name='productfeed',
            constraint=models.UniqueConstraint(fields=('brand', 'name'), name='product_feed_name'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='saved_view_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=accounts.constraints.RowSecurity(name='saved_view_row_security'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('brand', 'uid'), name='saved_view_uid'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('brand', 'owner_id', 'name'), name='saved_view_name'),
        ),
        migrations.AddIndex(
            model_name='segmentchange',
            index=models.Index(fields=['brand', 'segment', 'at'], name='segment_change_when'),
        ),
        migrations.AddConstraint(
            model_name='segmentchange',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='segment_change_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='segmentchange',
            constraint=accounts.constraints.RowSecurity(name='segment_change_row_security'),
        ),
        migrations.AddConstraint(
            model_name='segmentchange',
            constraint=accounts.constraints.BrandFK(field='segment', name='segment_change_segment_same_brand'),
        ),
        migrations.AddIndex(
            model_name='segmentflip',
            index=models.Index(fields=['brand', 'at'], name='segment_flip_due'),
        ),
        migrations.AddConstraint(
            model_name='segmentflip',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='segment_flip_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='segmentflip',
            constraint=accounts.constraints.RowSecurity(name='segment_flip_row_security'),
        ),
        migrations.AddConstraint(
            model_name='segmentflip',
            constraint=accounts.constraints.BrandFK(field='segment', name='segment_flip_segment_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='segmentflip',
            constraint=models.UniqueConstraint(fields=('brand', 'segment', 'customer_id'), name='segment_flip_once'),
        ),
        migrations.AddIndex(
            model_name='segmentmember',
            index=models.Index(fields=['brand', 'customer_id', 'segment'], name='segment_member_who'),
        ),
        migrations.AddConstraint(
            model_name='segmentmember',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='segment_member_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='segmentmember',
            constraint=accounts.constraints.RowSecurity(name='segment_member_row_security'),
        ),
        migrations.AddConstraint(
            model_name='segmentmember',
            constraint=accounts.constraints.BrandFK(field='segment', name='segment_member_segment_same_brand'),
        ),
        migrations.AddConstraint(
            model_name='segmentmember',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('brand', 'segment', 'customer_id'), name='segment_member_now'),
        ),
        migrations.AddConstraint(
            model_name='spend',
            constraint=models.UniqueConstraint(fields=('brand', 'id'), name='spend_brand_id'),
        ),
        migrations.AddConstraint(
            model_name='spend',
            constraint=accounts.constraints.RowSecurity(name='spend_row_security'),
        ),
        migrations.AddConstraint(
            model_name='spend',
            constraint=models.UniqueConstraint(fields=('brand', 'month', 'kind', 'channel'), name='spend_once'),
        ),
        migrations.AddConstraint(
            model_name='spend',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gte', 0)), name='spend_not_negative'),
        ),
    ]
