from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0020_more_providers")]

    operations = [ValidateConstraint("transport", "transport_kind_known")]
