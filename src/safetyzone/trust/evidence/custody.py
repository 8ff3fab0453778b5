"""The words of the custody log, and how one act is written: in the item's own log and in the audit log, in one transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from safetyzone.trust.audit.actions import Act, record

WORDS = {
    "locked": ("ล็อกเป็นพยานหลักฐาน", "locked as evidence"),
    "gathered": ("เก็บชิ้นวิดีโอเข้าคลัง", "pieces taken over"),
    "looked": ("เปิดดู", "looked at"),
    "export_asked": ("ขอส่งออก (เบลอ)", "export asked for (blurred)"),
    "unblur_asked": ("ขอส่งออกแบบไม่เบลอ", "export without blurring asked for"),
    "unblur_approved": ("คนที่สองอนุมัติไม่เบลอ", "second person approved: not blurred"),
    "unblur_refused": ("ไม่อนุมัติไม่เบลอ", "not blurred: refused"),
    "export_begun": ("เริ่มส่งออก (เบลอ)", "export begun (blurred)"),
    "unblurred": ("ส่งออกต้นฉบับไม่เบลอ", "originals exported, not blurred"),
    "exported": ("ส่งออกเสร็จ", "export finished"),
    "export_stopped": ("หยุดการส่งออก", "export stopped"),
    "export_failed": ("ส่งออกไม่สำเร็จ", "export failed"),
    "export_resumed": ("ส่งออกต่อ", "export resumed"),
    "shared": ("ส่งมอบ", "handed over"),
    "released": ("ปลดล็อก", "released"),
    "found_damaged": ("พบว่าไฟล์เสียหายหรือถูกเปลี่ยน", "found damaged or changed"),
    "deleted": ("ลบไฟล์", "files deleted"),
}
"""Act -> Thai, English."""


@dataclass(frozen=True, kw_only=True)
class CustodyAct:
    """One act on one item. Facts name no private person."""

    item: int
    station: str
    act: str
    by: str
    at: datetime
    why: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def note(*acts: CustodyAct) -> None:
    """Write acts down in both logs, in the caller's transaction. Call it last: it locks the audit log's head."""
    from safetyzone.trust.evidence.models import CustodyEntry

    CustodyEntry.objects.bulk_create(
        CustodyEntry(item_id=one.item, at=one.at, by=one.by, act=one.act, why=one.why, facts=one.facts) for one in acts
    )
    record(
        *(
            Act(
                actor=one.by, action=f"evidence.{one.act}", object=f"evidence:{one.item}", station=one.station, at=one.at,
                why=one.why, facts=one.facts,
            )
            for one in acts
        )
    )  # fmt: skip
