"""What stands as delivered until now was put on record by hand."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("performance", "0002_work_judged_by_outputs")]
    operations = [
        migrations.RunSQL(
            "UPDATE performance_output SET recorded = delivered, recorded_on = delivered_on WHERE delivered > 0",
            migrations.RunSQL.noop,
        )
    ]
