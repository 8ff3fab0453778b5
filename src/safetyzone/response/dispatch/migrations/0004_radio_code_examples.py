"""Examples of the radio's words for a unit's states. Each station's radio room confirms or changes its own."""

from django.db import migrations

EXAMPLES = (
    # state, radio code, Thai, English
    ("free", "ว.10", "ประจำจุด พร้อมรับงาน", "At post, free"),
    ("offered", "ว.2", "รอตอบรับ", "Being asked"),
    ("acknowledged", "ว.4", "รับงานแล้ว", "Took the job"),
    ("en_route", "ว.25", "กำลังเดินทาง", "On the way"),
    ("on_scene", "ว.22", "ถึงที่เกิดเหตุ", "On scene"),
    ("busy", "ว.4", "ติดภารกิจ", "Busy"),
    ("off", "ว.14", "ออกเวร", "Off duty"),
)


def add(apps, schema_editor):
    names = apps.get_model("dispatch", "UnitStateName")
    names.objects.bulk_create(
        [
            names(station="", state=state, radio_code=code, name_th=th, name_en=en, confirmed=False)
            for state, code, th, en in EXAMPLES
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0003_phone_and_radio")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
