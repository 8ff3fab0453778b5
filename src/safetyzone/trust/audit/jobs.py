"""Every night the audit log is checked from its first leaf."""

import structlog
from django.db import transaction
from procrastinate.contrib.django import app

from safetyzone.kernel import clock
from safetyzone.trust.audit.actions import Act, record
from safetyzone.trust.audit.verify import verify

log = structlog.get_logger()


@app.periodic(cron="17 20 * * *")  # 03:17 in Bangkok: PostgreSQL and the queue count in UTC
@app.task(name="audit.verify_nightly", queueing_lock="audit.verify_nightly")
def verify_nightly(timestamp: int) -> bool:
    """Verify, put the result on record, and say it loudly in the fault log when the log is not whole."""
    report = verify()
    facts = {"lanes": report.lanes, "leaves": report.leaves, "broken": len(report.broken), "heads": report.heads}
    with transaction.atomic():
        record(Act(actor="system", action="audit.verified", object="audit", station="", at=clock.now(), facts=facts))
    if report.broken:
        log.error("audit_log_broken", broken=[(wrong.lane, wrong.seq, wrong.what) for wrong in report.broken])
    return report.whole
