"""What a chunk reserves stands in its row. The table stays for a release, empty: a sender that
began before this migration may still write to it; nobody reads it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0015_chunk_reserved_index")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="Reservation")],
            database_operations=[
                migrations.RunSQL("DELETE FROM campaigns_reservation", migrations.RunSQL.noop)
            ],
        )
    ]
