from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_lists")]

    operations = [ValidateConstraint("campaign", "campaign_channel_known")]
