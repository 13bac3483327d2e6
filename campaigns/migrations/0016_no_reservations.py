"""What a chunk reserves stands in its row; no release has had the table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0015_chunk_reserved_index")]

    operations = [migrations.DeleteModel(name="Reservation")]
