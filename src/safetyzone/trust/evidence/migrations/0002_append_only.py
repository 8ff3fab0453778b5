"""The database itself refuses to change or remove a line of custody, or a hash that was taken."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION evidence_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'custody and hashes of evidence are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER custody_append_only BEFORE UPDATE OR DELETE ON evidence_custodyentry
    FOR EACH ROW EXECUTE FUNCTION evidence_is_append_only();
CREATE TRIGGER evidence_piece_append_only BEFORE UPDATE OR DELETE ON evidence_evidencepiece
    FOR EACH ROW EXECUTE FUNCTION evidence_is_append_only();
"""
BACKWARD = """
DROP TRIGGER evidence_piece_append_only ON evidence_evidencepiece;
DROP TRIGGER custody_append_only ON evidence_custodyentry;
DROP FUNCTION evidence_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = (("evidence", "0001_initial"),)
    operations = (migrations.RunSQL(FORWARD, BACKWARD),)
