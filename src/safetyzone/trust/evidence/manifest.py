"""What a package says of itself: everything that a stranger needs to judge it, with no look into this house."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

from safetyzone.trust.audit.queries import proofs_on
from safetyzone.trust.audit.verify import verify as verify_audit
from safetyzone.trust.evidence import queries
from safetyzone.trust.evidence.queries import CameraOfItem, ExportView, ItemView

BANGKOK = ZoneInfo("Asia/Bangkok")
BUDDHIST_ERA = 543
MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")


def moment(at: datetime | None) -> dict[str, str] | None:
    """A time twice: UTC in ISO 8601, and Bangkok in the Buddhist era."""
    if at is None:
        return None
    there = at.astimezone(BANGKOK)
    thai = f"{there.day} {MONTHS[there.month - 1]} {there.year + BUDDHIST_ERA} {there:%H:%M:%S}.{there.microsecond // 1000:03} น."
    return {"utc": at.astimezone(UTC).isoformat(timespec="milliseconds"), "bangkok": thai}


def moment_ms(ms: int) -> dict[str, str] | None:
    """The same for milliseconds of UTC."""
    return moment(datetime.fromtimestamp(ms / 1000, UTC))


def written(
    export: ExportView, *, at: datetime, paths: Mapping[tuple[str, int], str], damaged: set[tuple[str, int]],
    playable: Mapping[str, Sequence[str]], edits: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """The manifest but for the files and the key, which are added when it is sealed.

    ``paths``: where in the package the piece of a camera and moment lies, if it does; ``damaged``: pieces that are not what was locked.
    """
    item = queries.item(export.item_id)
    audit = verify_audit()
    return {
        "software": {"name": "safetyzone", "version": version("safetyzone")},
        "made_at": moment(at),
        "item": _item(item),
        "export": {
            "number": export.export_id, "by": export.asked_by, "why": export.why, "case": export.case, "asked_at": moment(export.asked_at),
            "blurred": not export.clear,
            "plates_shown": export.clear or export.plates_shown, "approved_by": export.approved_by,
            "approved_at": moment(export.approved_at),
        },
        "cameras": [_camera(one, paths, damaged, playable.get(one.code, ())) for one in queries.cameras(export.item_id)],
        "edits": list(edits),
        "custody": [
            {"at": moment(line.at), "by": line.by, "act": line.act, "act_th": line.act_th, "act_en": line.act_en, "why": line.why,
             "facts": {key: value for key, value in line.facts.items() if key != "pieces"}}
            for line in queries.custody(export.item_id)
        ],
        "audit": {
            "whole": audit.whole, "leaves_checked": audit.leaves, "heads": audit.heads, "checked_at": moment(at),
            "how": "safetyzone audit verify", "leaves": proofs_on(f"evidence:{export.item_id}"),
        },
        "times": "media time and every time here: UTC of this station's clock; clock_offset_ms: how far the camera's own clock was ahead",
    }  # fmt: skip


def _item(item: ItemView) -> dict[str, Any]:
    return {
        "number": item.number, "station": item.station, "reason": item.reason, "from": moment(item.from_at), "to": moment(item.to_at),
        "incident": {"number": item.incident, "kind": item.incident_kind, "title": item.incident_title, "as_displayed": True},
        "locked_by": item.locked_by, "locked_at": moment(item.locked_at), "until": moment(item.until),
        "complete": item.gathered_at is not None,
    }  # fmt: skip


def _camera(
    camera: CameraOfItem, paths: Mapping[tuple[str, int], str], damaged: set[tuple[str, int]], playable: Sequence[str]
) -> dict[str, Any]:
    return {
        "code": camera.code, "name_th": camera.name_th, "name_en": camera.name_en, "clock_offset_ms": camera.clock_offset_ms,
        "playable": list(playable),
        "gaps": [{"from": moment_ms(gap.from_ms), "to": moment_ms(gap.to_ms), "ms": gap.to_ms - gap.from_ms} for gap in camera.gaps],
        "pieces": [
            {"from": moment_ms(piece.from_ms), "from_ms": piece.from_ms, "ms": piece.ms, "bytes": piece.size_bytes,
             "sha256": piece.sha256, "path": paths.get((camera.code, piece.from_ms), ""),
             "intact": (camera.code, piece.from_ms) not in damaged}
            for piece in camera.pieces
        ],
    }  # fmt: skip
