from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0010_segment_flips_until")]

    operations = [
        AddIndexConcurrently(
            model_name="segmentmember",
            index=models.Index(fields=["brand", "entered_change"], name="segment_member_entered"),
        ),
        AddIndexConcurrently(
            model_name="segmentmember",
            index=models.Index(
                condition=models.Q(("left_change__isnull", False)),
                fields=["brand", "left_change"],
                name="segment_member_left",
            ),
        ),
    ]
