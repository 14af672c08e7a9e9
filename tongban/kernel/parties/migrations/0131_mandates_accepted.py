from django.db import migrations
from django.db.models import F


def accepted(apps, _editor):
    """Mandates from before there was a word of the agent's: they held, and go on holding."""
    apps.get_model("parties", "Mandate").objects.filter(accepted_at=None).update(accepted_at=F("given_at"))


class Migration(migrations.Migration):
    dependencies = [("parties", "0130_mandates_of_persons")]

    operations = [migrations.RunPython(accepted, migrations.RunPython.noop)]
