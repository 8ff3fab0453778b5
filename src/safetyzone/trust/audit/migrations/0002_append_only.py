"""The database itself refuses to change or remove what the audit log holds. A superuser can still lift this; ``verify`` finds it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_leaf_append_only BEFORE UPDATE OR DELETE ON audit_leaf
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_leaf_no_truncate BEFORE TRUNCATE ON audit_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE FUNCTION audit_payload_may_only_be_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.body = '' AND NEW.salt = ''
       AND NEW.leaf_id = OLD.leaf_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an audit payload may only be erased' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_payload_erase_only BEFORE UPDATE OR DELETE ON audit_payload
    FOR EACH ROW EXECUTE FUNCTION audit_payload_may_only_be_erased();
"""
BACKWARD = """
DROP TRIGGER audit_payload_erase_only ON audit_payload;
DROP FUNCTION audit_payload_may_only_be_erased();
DROP TRIGGER audit_leaf_no_truncate ON audit_leaf;
DROP TRIGGER audit_leaf_append_only ON audit_leaf;
DROP FUNCTION audit_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = (("audit", "0001_initial"),)
    operations = (migrations.RunSQL(FORWARD, BACKWARD),)
