"""The nightly look at the audit log."""

import pytest
from django.db import connection

from safetyzone.kernel import clock
from safetyzone.trust.audit.actions import Act, record
from safetyzone.trust.audit.jobs import verify_nightly
from safetyzone.trust.audit.queries import acts_on


@pytest.mark.django_db(transaction=True)
def test_the_night_s_verification_is_itself_on_record_and_an_edited_row_is_found() -> None:
    record(Act(actor="malee", action="incident.closed", object="incident:1", station="lumphini", at=clock.now()))
    assert verify_nightly(timestamp=0) is True
    assert acts_on("audit")[-1].facts["broken"] == 0
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_leaf SET actor = 'somchai' WHERE object = 'incident:1'")
        cursor.execute("RESET session_replication_role")
    assert verify_nightly(timestamp=0) is False
    assert acts_on("audit")[-1].facts["broken"] == 1
