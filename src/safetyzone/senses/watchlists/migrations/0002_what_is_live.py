"""What may be compared at an instant, said once, in the database; and what the database itself refuses.

``watchlists_live(at)`` is read by every query of this room and by the guards below: there is no second opinion. It looks at cases and at
cameras by their own tables, because a guard that trusted a copy would be no guard.
"""

from django.db import migrations

LIVE = """
CREATE FUNCTION watchlists_protected(which text, "on" timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM cameras_camera c JOIN watchlists_protectedplace p ON p.since <= "on" AND (p.until IS NULL OR p.until > "on")
        WHERE c.code = which AND power((c.lon - p.lon) * cos(radians(p.lat)) * 111320, 2) + power((c.lat - p.lat) * 110574, 2)
            <= power(p.radius_m, 2)
    )
$$;
CREATE FUNCTION watchlists_off(which_station text, which_kind text, "on" timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT k.off FROM watchlists_killswitch k
        WHERE k.station = which_station AND k.kind = which_kind AND k.at <= "on" ORDER BY k.at DESC, k.id DESC LIMIT 1
    ), false)
$$;
CREATE FUNCTION watchlists_live("on" timestamptz)
RETURNS TABLE (
    activation bigint, entry bigint, camera varchar, kind varchar, station varchar, threshold double precision, model varchar,
    ends_at timestamptz
) LANGUAGE sql STABLE AS $$
    SELECT a.id, e.id, ac.camera, a.kind, a.station, ac.threshold, ev.model, least(
        a.ends_at, l.expires_at, e.expires_at, b.valid_until, ev.evaluated_at + interval '365 days',
        CASE WHEN e.kind = 'face' OR e.warrant <> '' THEN e.checked_at + interval '48 hours' END
    )
    FROM watchlists_activation a
    JOIN watchlists_activationcamera ac ON ac.activation_id = a.id
    JOIN watchlists_evaluationrecord ev ON ev.id = ac.evaluation_id
    JOIN watchlists_watchlist l ON l.id = a.list_id
    JOIN watchlists_legalbasis b ON b.id = l.basis_id
    JOIN watchlists_listentry e ON e.list_id = l.id
    JOIN cases_case k ON k.id = e.case_id
    JOIN cameras_camera c ON c.code = ac.camera
    WHERE a.starts_at <= "on" AND "on" < a.ends_at AND (a.urgent OR a.approved_at <= "on") AND a.state <> 'refused'
        AND (a.stopped_at IS NULL OR "on" < a.stopped_at) AND (a.approved_at IS NOT NULL OR "on" < a.asked_at + interval '24 hours')
        AND e.approved_at <= "on" AND "on" < e.expires_at AND (e.withdrawn_at IS NULL OR "on" < e.withdrawn_at)
        AND (e.kind = 'plate' AND e.warrant = '' OR "on" < e.checked_at + interval '48 hours')
        AND k.opened_at <= "on" AND (k.closed_at IS NULL OR "on" < k.closed_at)
        AND "on" < l.expires_at AND (l.ended_at IS NULL OR "on" < l.ended_at)
        AND b.valid_from <= "on" AND (b.valid_until IS NULL OR "on" < b.valid_until)
        AND "on" < ev.evaluated_at + interval '365 days' AND (ev.withdrawn_at IS NULL OR "on" < ev.withdrawn_at)
        AND (a.kind = 'plate' OR e.model = ev.model)
        AND c.retired_at IS NULL AND c.withdrawn_at IS NULL AND c.paused_at IS NULL
        AND NOT watchlists_off(a.station, a.kind, "on")
        AND NOT EXISTS (
            SELECT 1 FROM watchlists_camerasuspension s
            WHERE s.camera = ac.camera AND s.kind = a.kind AND s.since <= "on" AND (s.lifted_at IS NULL OR "on" < s.lifted_at)
        )
        AND (a.kind = 'plate' OR a.court <> '' OR NOT watchlists_protected(ac.camera, "on"))
$$;
"""

GUARDS = """
ALTER TABLE watchlists_listentry ADD CONSTRAINT an_entry_is_of_its_lists_kind
    FOREIGN KEY (list_id, kind, purpose) REFERENCES watchlists_watchlist (id, kind, purpose);
ALTER TABLE watchlists_activation ADD CONSTRAINT an_activation_is_of_its_lists_kind
    FOREIGN KEY (list_id, kind, purpose) REFERENCES watchlists_watchlist (id, kind, purpose);

CREATE FUNCTION watchlists_no(words text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', words USING ERRCODE = 'check_violation'; END $$;

CREATE FUNCTION watchlists_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM watchlists_no(TG_TABLE_NAME || ' is append-only'); RETURN NULL; END $$;
CREATE TRIGGER switches_are_append_only BEFORE UPDATE OR DELETE ON watchlists_killswitch
    FOR EACH ROW EXECUTE FUNCTION watchlists_unchanged();
CREATE TRIGGER cameras_of_an_activation_stay BEFORE UPDATE OR DELETE ON watchlists_activationcamera
    FOR EACH ROW EXECUTE FUNCTION watchlists_unchanged();
CREATE TRIGGER judgements_stay BEFORE UPDATE ON watchlists_judgement FOR EACH ROW EXECUTE FUNCTION watchlists_unchanged();
CREATE TRIGGER corrections_stay BEFORE UPDATE ON watchlists_correction FOR EACH ROW EXECUTE FUNCTION watchlists_unchanged();
CREATE TRIGGER deletions_stay BEFORE UPDATE OR DELETE ON watchlists_deletion
    FOR EACH ROW EXECUTE FUNCTION watchlists_unchanged();

CREATE FUNCTION watchlists_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM cases_case k JOIN watchlists_watchlist l ON l.id = NEW.list_id JOIN watchlists_legalbasis b ON b.id = l.basis_id
        WHERE k.id = NEW.case_id AND k.opened_at <= NEW.asked_at AND (k.closed_at IS NULL OR NEW.asked_at < k.closed_at)
            AND b.offences ? k.offence AND NEW.station = l.station
    ) THEN PERFORM watchlists_no('an entry needs an open case of a class that the law of its list covers'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entries_have_a_case BEFORE INSERT ON watchlists_listentry FOR EACH ROW EXECUTE FUNCTION watchlists_entry_guard();

CREATE FUNCTION watchlists_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.list_id, OLD.case_id, OLD.series, OLD.number, OLD.province, OLD.vehicle_class, OLD.template, OLD.image, OLD.subject,
        OLD.asked_by, OLD.asked_unit, OLD.asked_at, OLD.expires_at, OLD.kind, OLD.purpose, OLD.warrant)
        IS DISTINCT FROM (NEW.list_id, NEW.case_id, NEW.series, NEW.number, NEW.province, NEW.vehicle_class, NEW.template, NEW.image,
        NEW.subject, NEW.asked_by, NEW.asked_unit, NEW.asked_at, NEW.expires_at, NEW.kind, NEW.purpose, NEW.warrant)
        OR OLD.approved_by <> '' AND (OLD.approved_by, OLD.approved_at) IS DISTINCT FROM (NEW.approved_by, NEW.approved_at)
        OR OLD.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS DISTINCT FROM NEW.withdrawn_at
    THEN PERFORM watchlists_no('what was asked and approved is not changed: ask anew'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entries_stay BEFORE UPDATE ON watchlists_listentry FOR EACH ROW EXECUTE FUNCTION watchlists_entry_stays();

CREATE FUNCTION watchlists_activation_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.list_id, OLD.station, OLD.kind, OLD.purpose, OLD.court, OLD.dpia, OLD.asked_by, OLD.asked_unit, OLD.asked_at, OLD.starts_at,
        OLD.ends_at, OLD.urgent) IS DISTINCT FROM (NEW.list_id, NEW.station, NEW.kind, NEW.purpose, NEW.court, NEW.dpia, NEW.asked_by,
        NEW.asked_unit, NEW.asked_at, NEW.starts_at, NEW.ends_at, NEW.urgent)
        OR OLD.approved_by <> '' AND (OLD.approved_by, OLD.approved_at) IS DISTINCT FROM (NEW.approved_by, NEW.approved_at)
        OR OLD.stopped_at IS NOT NULL AND OLD.stopped_at IS DISTINCT FROM NEW.stopped_at
    THEN PERFORM watchlists_no('what was asked and approved is not changed: ask anew'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activations_stay BEFORE UPDATE ON watchlists_activation FOR EACH ROW EXECUTE FUNCTION watchlists_activation_stays();

CREATE FUNCTION watchlists_camera_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE a watchlists_activation; ev watchlists_evaluationrecord; court_needed boolean;
BEGIN
    SELECT * INTO a FROM watchlists_activation WHERE id = NEW.activation_id;
    SELECT * INTO ev FROM watchlists_evaluationrecord WHERE id = NEW.evaluation_id;
    IF ev.kind <> a.kind OR ev.evaluated_at > a.asked_at OR ev.evaluated_at + interval '365 days' <= a.asked_at OR ev.withdrawn_at IS NOT NULL
        OR NEW.threshold < ev.threshold
        OR NOT EXISTS (SELECT 1 FROM watchlists_viewpoint v WHERE v.camera = NEW.camera AND v.camera_class = ev.camera_class)
    THEN PERFORM watchlists_no('no evaluation of twelve months allows this model and threshold at such a camera'); END IF;
    SELECT b.needs_court INTO court_needed FROM watchlists_watchlist l JOIN watchlists_legalbasis b ON b.id = l.basis_id WHERE l.id = a.list_id;
    IF a.court = '' AND (court_needed OR a.kind = 'face' AND watchlists_protected(NEW.camera, a.starts_at))
    THEN PERFORM watchlists_no('a reference of a court or prosecutor is needed'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cameras_are_evaluated BEFORE INSERT ON watchlists_activationcamera
    FOR EACH ROW EXECUTE FUNCTION watchlists_camera_guard();

CREATE FUNCTION watchlists_hit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'waiting' OR NOT EXISTS (
        SELECT 1 FROM watchlists_live(NEW.read_at) live
        WHERE live.activation = NEW.activation_id AND live.entry = NEW.entry_id AND live.camera = NEW.camera
    ) OR NOT EXISTS (
        SELECT 1 FROM watchlists_live(NEW.came_at) live
        WHERE live.activation = NEW.activation_id AND live.entry = NEW.entry_id AND live.camera = NEW.camera
    ) THEN PERFORM watchlists_no('nothing was to be compared there then'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hits_come_of_what_is_live BEFORE INSERT ON watchlists_hit FOR EACH ROW EXECUTE FUNCTION watchlists_hit_guard();

CREATE FUNCTION watchlists_confirmed_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE same integer; other integer;
BEGIN
    IF (OLD.entry_id, OLD.activation_id, OLD.kind, OLD.camera, OLD.reading, OLD.read_at, OLD.came_at) IS DISTINCT FROM
        (NEW.entry_id, NEW.activation_id, NEW.kind, NEW.camera, NEW.reading, NEW.read_at, NEW.came_at)
        OR OLD.state <> 'waiting' AND OLD.state <> NEW.state
    THEN PERFORM watchlists_no('a hit stays what it was'); END IF;
    SELECT count(DISTINCT officer) FILTER (WHERE answer = 'same'), count(*) FILTER (WHERE answer <> 'same') INTO same, other
    FROM watchlists_judgement WHERE hit_id = NEW.id;
    IF NEW.state = 'confirmed' AND (same < CASE NEW.kind WHEN 'face' THEN 2 ELSE 1 END OR other > 0)
    THEN PERFORM watchlists_no('people confirm a hit, not a score'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_confirm_hits BEFORE UPDATE ON watchlists_hit FOR EACH ROW EXECUTE FUNCTION watchlists_confirmed_guard();

CREATE FUNCTION watchlists_alert_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM watchlists_hit h WHERE h.alert = NEW.id AND h.state = 'confirmed' AND h.kind || '_hit' = NEW.kind
    ) THEN PERFORM watchlists_no('a score alone sends nobody'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_confirmed_hits_alert BEFORE INSERT ON alerts_alert FOR EACH ROW
    WHEN (NEW.kind IN ('plate_hit', 'face_hit')) EXECUTE FUNCTION watchlists_alert_guard();

CREATE FUNCTION watchlists_outcome_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM watchlists_hit h WHERE h.id = NEW.hit_id AND h.state = 'confirmed')
    THEN PERFORM watchlists_no('only what was confirmed has an outcome'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outcomes_are_of_confirmed_hits BEFORE INSERT ON watchlists_outcome
    FOR EACH ROW EXECUTE FUNCTION watchlists_outcome_guard();
"""

BACKWARD = """
DROP TRIGGER only_confirmed_hits_alert ON alerts_alert;
ALTER TABLE watchlists_listentry DROP CONSTRAINT an_entry_is_of_its_lists_kind;
ALTER TABLE watchlists_activation DROP CONSTRAINT an_activation_is_of_its_lists_kind;
DROP FUNCTION watchlists_unchanged, watchlists_entry_guard, watchlists_entry_stays, watchlists_activation_stays, watchlists_camera_guard,
    watchlists_hit_guard, watchlists_confirmed_guard, watchlists_alert_guard, watchlists_outcome_guard, watchlists_no(text),
    watchlists_live(timestamptz), watchlists_off(text, text, timestamptz), watchlists_protected(text, timestamptz) CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = (
        ("watchlists", "0001_initial"), ("cases", "0001_initial"), ("cameras", "0004_finding_cameras"), ("alerts", "0001_initial"),
    )  # fmt: skip
    operations = (migrations.RunSQL(LIVE + GUARDS, BACKWARD),)
