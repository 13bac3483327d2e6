from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0022_message_slot")]

    operations = [
        migrations.AddField(
            model_name="shopbatch",
            name="lost_jobs",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="shopbatch",
            name="job_since",
            field=models.DateTimeField(null=True),
        ),
    ]
