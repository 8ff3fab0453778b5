"""A made junction: two streets that cross between four tall blocks, and eight cameras of four owners that all look north."""

from datetime import UTC, datetime

from safetyzone.kernel.geometry import Point
from safetyzone.kernel.ids import new_id
from safetyzone.senses.cameras.coverage.ground import Ground
from safetyzone.senses.cameras.models import Camera, CameraOwner

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
MIDDLE = Point(lon=100.5405, lat=13.7445)
STATION, ZONE = "lumphini", "ratchaprasong"
ARM_M, HALF_STREET_M, BLOCK_M = 120.0, 10.0, 100.0


def at(east_m: float, north_m: float) -> tuple[float, float]:
    """(lon, lat) so many metres from the middle."""
    there = MIDDLE.moved(east_m=east_m, north_m=north_m)
    return there.lon, there.lat


def ground() -> Ground:
    """The junction: 480 m of street, half of it lit by nobody."""
    near, far = HALF_STREET_M, HALF_STREET_M + BLOCK_M
    blocks = []
    for east in (1, -1):
        for north in (1, -1):
            corners = ((near, near), (far, near), (far, far), (near, far))
            blocks.append(([at(east * x, north * y) for x, y in corners], 20.0))
    streets = [
        ([at(0, -ARM_M), at(0, ARM_M)], True, "ถนนเหนือใต้"),
        ([at(-ARM_M, 0), at(ARM_M, 0)], True, "ถนนตะวันออกตะวันตก"),
    ]
    return Ground.from_shapes(blocks, (), streets, (MIDDLE.lon, MIDDLE.lat))


def eight_cameras(*, azimuth_deg: float = 0.0) -> list[Camera]:
    """On the four corners, two each, as in Bang Kruai in 2020: all look one way."""
    owners = [
        CameraOwner.objects.create(id=new_id(), station=STATION, kind=kind, name=f"เจ้าของ {kind}", added_at=NOON)
        for kind in ("police", "municipality", "shop", "temple")
    ]
    corners = [(9.0, 9.0), (-9.0, 9.0), (-9.0, -9.0), (9.0, -9.0)]
    cameras = []
    for number in range(8):
        east, north = corners[number % 4]
        lon, lat = at(east - (0.5 if number > 3 else 0), north)
        cameras.append(
            Camera(
                code=f"CAM-{number + 1:02d}", station=STATION, zone_id=ZONE, owner=owners[number % 4], name_th=f"กล้อง {number + 1}",
                lon=lon, lat=lat, height_m=4.5, azimuth_deg=azimuth_deg, tilt_deg=10.0, hfov_deg=70.0, width_px=1920, height_px=1080,
                ir_range_m=40.0, state=Camera.State.WORKING, state_since=NOON, added_at=NOON, changed_at=NOON, tier=Camera.Tier.ALWAYS,
            )
        )
    return Camera.objects.bulk_create(cameras)
