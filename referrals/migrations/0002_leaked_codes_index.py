from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("referrals", "0001_referral_base")]

    operations = [
        AddIndexConcurrently(
            model_name="referralcode",
            index=models.Index(
                condition=models.Q(("leaked_at__isnull", False)),
                fields=["brand", "advocate"],
                name="referral_code_leaked",
            ),
        ),
    ]
