from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0007_contact_rules")]

    operations = [ValidateConstraint("campaign", "campaign_contact_kind_known")]
