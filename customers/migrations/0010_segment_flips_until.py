from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_merged_index")]

    operations = [
        migrations.AddField(
            model_name="segment",
            name="flips_until",
            field=models.DateField(editable=False, null=True),
        ),
    ]
