"""The audit log: whatever is changed behind its back is found."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from safetyzone.trust.audit.actions import Act, erase_payload, record
from safetyzone.trust.audit.verify import verify

NIGHT = datetime(2026, 11, 22, 20, 0, 0, 123456, tzinfo=UTC)


def did(action: str, **more: object) -> Act:
    return Act(actor="somsri", action=action, object="incident:41", station="lumphini", at=NIGHT, **more)  # type: ignore[arg-type]


@pytest.fixture
def three_acts(db: None) -> None:
    with transaction.atomic():
        record(did("incident.answered"), did("incident.verified", why="ผู้แจ้งยืนยัน", facts={"metres": 12.5, "n": [1, 2]}))
        record(did("incident.noted", personal={"words": "โทร 08x"}))


@pytest.mark.usefixtures("three_acts")
def test_an_untouched_log_is_whole():
    report = verify()
    assert report.whole
    assert report.leaves == 3


@pytest.mark.usefixtures("three_acts")
def test_lanes_do_not_disturb_each_other():
    with transaction.atomic():
        record(did("press.heard"), lane="intake")
    report = verify()
    assert (report.whole, report.lanes, set(report.heads)) == (True, 2, {"desk", "intake"})


@pytest.mark.usefixtures("three_acts")
def test_the_database_refuses_to_edit_or_delete():
    for sql in ("UPDATE audit_leaf SET actor = 'malee'", "DELETE FROM audit_leaf", "UPDATE audit_payload SET body = 'x'"):
        with pytest.raises(DatabaseError, match="audit"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


TAMPERINGS = {
    "another actor": "UPDATE audit_leaf SET actor = 'malee' WHERE seq = 2",
    "another reason": "UPDATE audit_leaf SET why = '' WHERE seq = 2",
    "another fact": "UPDATE audit_leaf SET facts = '{\"metres\": 13}' WHERE seq = 2",
    "another time": "UPDATE audit_leaf SET at = at + interval '1 microsecond' WHERE seq = 1",
    "a leaf gone from the middle": "DELETE FROM audit_leaf WHERE seq = 2",
    "a leaf gone from the end": "DELETE FROM audit_payload; DELETE FROM audit_leaf WHERE seq = 3",
    "the payload swapped": "UPDATE audit_payload SET body = 'x'",
    "the payload removed": "DELETE FROM audit_payload",
    "the lane rolled back": "UPDATE audit_lane SET seq = 2, head = (SELECT hash FROM audit_leaf WHERE seq = 2)",
    "order exchanged": "UPDATE audit_leaf SET seq = 5 - seq WHERE seq IN (2, 3)",
}


@pytest.mark.usefixtures("three_acts")
@pytest.mark.parametrize("sql", TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_a_superuser_who_lifts_the_triggers_is_found_out(sql):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET CONSTRAINTS ALL IMMEDIATE")
        for statement in sql.split(";"):
            if statement.startswith("UPDATE audit_leaf SET seq"):
                cursor.execute("ALTER TABLE audit_leaf DROP CONSTRAINT a_lane_has_no_forks")
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")
    assert not verify().whole


@pytest.mark.usefixtures("three_acts")
def test_erasing_a_payload_leaves_the_chain_whole_and_is_recorded():
    with connection.cursor() as cursor:
        cursor.execute("SELECT leaf_id FROM audit_payload")
        (leaf_id,) = cursor.fetchone()
    erase_payload(leaf_id=leaf_id, by="dpo", at=NIGHT, why="ขอลบตามสิทธิ")
    report = verify()
    assert (report.whole, report.leaves) == (True, 4)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM audit_payload")
        assert bytes(cursor.fetchone()[0]) == b""
