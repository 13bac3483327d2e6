from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_campaign_base")]

    operations = [
        ValidateConstraint("campaign", "campaign_state_known"),
        ValidateConstraint("campaign", "campaign_intent_known"),
        ValidateConstraint("campaign", "campaign_contact_kind_known"),
        ValidateConstraint("campaign", "campaign_clock_known"),
        ValidateConstraint("campaign", "campaign_control_bounded"),
        ValidateConstraint("feedback", "feedback_kind_known"),
    ]
