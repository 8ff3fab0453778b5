"""Plain words for what a planner chooses between, and a line of the trend. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from safetyzone.senses.cameras.optics import CLASSES, DensityClass, Edition

DEFAULT_CLASS = "recognise"
"""The density that the zone's figure is told at (features, row A6)."""
EDITIONS: dict[Edition, tuple[str, str]] = {
    Edition.Y2014: ("มาตรฐาน EN 62676-4:2014 (ในสัญญาส่วนใหญ่)", "EN 62676-4:2014 (in most contracts)"),
    Edition.Y2025: ("มาตรฐาน EN IEC 62676-4:2025 (ฉบับใหม่)", "EN IEC 62676-4:2025 (the new edition)"),
}
GOOD_FOR: dict[str, tuple[str, str]] = {
    "monitor": ("เห็นว่ามีคนกี่คน ไปทางไหน", "how many people, and which way they go"),
    "detect": ("เห็นแน่ว่ามีคนอยู่", "that a person is there"),
    "observe": ("เห็นการแต่งกายและท่าทาง", "what somebody wears and does"),
    "recognise": ("คนที่รู้จักเห็นแล้วจำได้", "somebody who knows him would know him"),
    "identify": ("ระบุตัวคนที่ไม่เคยเห็นได้", "who a stranger is"),
    "inspect": ("เห็นรายละเอียดเล็ก เช่น รอยสัก", "small details, such as a tattoo"),
    "overview": ("เห็นภาพรวมของผู้คน", "people as a crowd"),
    "outline": ("เห็นเค้าโครงคน", "the outline of a person"),
    "discern": ("แยกการแต่งกายได้", "one person's clothes from another's"),
    "perceive": ("คนที่รู้จักเห็นแล้วจำได้", "somebody who knows him would know him"),
    "characterise": ("บอกรูปพรรณได้", "a description of the face"),
    "validate": ("ยืนยันตัวกับภาพถ่ายได้", "a face, compared with a photograph"),
    "scrutinise": ("เห็นรายละเอียดเล็กมาก", "the smallest details"),
}
"""By class: what one can tell from such a picture, in our words; the standard's own are longer."""
WIDE, HIGH, EDGE = 320.0, 80.0, 6.0
"""Of the trend's drawing."""


def choices() -> list[tuple[tuple[str, str], list[tuple[DensityClass, tuple[str, str]]]]]:
    """Editions by name with their classes and what these are good for."""
    return [(EDITIONS[edition], [(each, GOOD_FOR[each.code]) for each in CLASSES[edition]]) for edition in EDITIONS]


def line(points: Sequence[tuple[datetime, float]], *, at: datetime, back: timedelta) -> str:
    """Shares over time as an SVG path of steps: a figure holds until the next one. Empty for no point."""
    if not points:
        return ""
    begin = at - back

    def place(moment: datetime, share: float) -> tuple[float, float]:
        across = min(1.0, max(0.0, (moment - begin) / back))
        return round(EDGE + across * (WIDE - 2 * EDGE), 1), round(HIGH - EDGE - share * (HIGH - 2 * EDGE), 1)

    x, y = place(*points[0])
    drawn = [f"M{x} {y}"]
    for moment, share in points[1:]:
        x, y = place(moment, share)
        drawn.append(f"H{x}V{y}")
    drawn.append(f"H{WIDE - EDGE}")
    return "".join(drawn)
