from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0041_materials_reused")]

    operations = [
        migrations.AddField(
            model_name="case", name="salt", field=models.CharField(blank=True, default="", max_length=32)
        ),
    ]
