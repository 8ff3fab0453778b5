"""A station with cameras for the tests of the register."""

from datetime import UTC, datetime

from safetyzone.ground.officers.access import Who

NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
STATION = "lumphini"
PLANNER = Who(name="planner", grants=frozenset({(STATION, "see_cameras"), (STATION, "manage_cameras")}))
OPERATOR = Who(name="operator", grants=frozenset({(STATION, "see_cameras")}))
STRANGER = Who(name="stranger", grants=frozenset({("pattaya", "see_cameras"), ("pattaya", "manage_cameras")}))


def cells(code: str = "LPN-C001", **changed: object) -> dict[str, object]:
    """What a list says about one camera of a shop at the Ratchaprasong junction."""
    return {
        "code": code, "owner": "ร้านข้าวแกงป้าแดง", "owner_kind": "shop", "name_th": "หน้าร้าน", "lon": 100.5402, "lat": 13.7446,
        "height_m": 4.5, "azimuth_deg": 90, "tilt_deg": 12, "hfov_deg": 85, "width_px": 1920, "height_px": 1080, "tier": "during_incident",
    } | changed  # fmt: skip
