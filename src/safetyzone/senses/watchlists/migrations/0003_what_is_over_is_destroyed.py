"""An entry that is over loses its plate, its photo and its template; nothing else of it may be changed."""

import safetyzone.senses.watchlists.terms
from django.db import migrations, models


FORWARD = """
CREATE OR REPLACE FUNCTION watchlists_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.purged_at IS NULL AND NEW.purged_at IS NOT NULL THEN
        IF NEW.purged_at < least(OLD.expires_at, OLD.withdrawn_at) AND OLD.state <> 'refused'
            OR EXISTS (SELECT 1 FROM watchlists_hit h WHERE h.entry_id = OLD.id)
        THEN PERFORM watchlists_no('only an entry that is over, and that nothing hangs on, is destroyed'); END IF;
        RETURN NEW;
    END IF;
    IF (OLD.list_id, OLD.case_id, OLD.series, OLD.number, OLD.province, OLD.vehicle_class, OLD.template, OLD.image, OLD.subject,
        OLD.asked_by, OLD.asked_unit, OLD.asked_at, OLD.expires_at, OLD.kind, OLD.purpose, OLD.warrant, OLD.purged_at)
        IS DISTINCT FROM (NEW.list_id, NEW.case_id, NEW.series, NEW.number, NEW.province, NEW.vehicle_class, NEW.template, NEW.image,
        NEW.subject, NEW.asked_by, NEW.asked_unit, NEW.asked_at, NEW.expires_at, NEW.kind, NEW.purpose, NEW.warrant, NEW.purged_at)
        OR OLD.approved_by <> '' AND (OLD.approved_by, OLD.approved_at) IS DISTINCT FROM (NEW.approved_by, NEW.approved_at)
        OR OLD.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS DISTINCT FROM NEW.withdrawn_at
    THEN PERFORM watchlists_no('what was asked and approved is not changed: ask anew'); END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0001_initial'),
        ('watchlists', '0002_what_is_live'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='listentry',
            name='a_face_has_a_source_and_a_plate_has_none',
        ),
        migrations.RemoveField(
            model_name='deletion',
            name='canaries',
        ),
        migrations.AddField(
            model_name='listentry',
            name='purged_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='listentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('image', b''), ('image_source', ''), ('kind', safetyzone.senses.watchlists.terms.Kind['PLATE']), ('purged_at', None), ('template', b''), models.Q(('series', ''), _negated=True), models.Q(('number', ''), _negated=True)), models.Q(('image_quality__isnull', False), ('image_source__in', ['court_file', 'civil_register', 'custody', 'family', 'case_camera']), ('kind', safetyzone.senses.watchlists.terms.Kind['FACE']), ('number', ''), ('series', ''), ('purged_at', None), models.Q(('template', b''), _negated=True), models.Q(('model', ''), _negated=True)), models.Q(('image', b''), ('number', ''), ('purged_at__isnull', False), ('series', ''), ('subject', b''), ('template', b'')), _connector='OR'), name='a_face_has_a_source_and_a_plate_has_none'),
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
