from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0012_transport_providers")]

    operations = [ValidateConstraint("transport", "transport_kind_known")]
