"""What a view of the video wall may be. Pure."""

import re
from collections.abc import Sequence

from safetyzone.kernel.refusals import Refused

LAYOUTS: dict[str, int] = {"1": 1, "4": 4, "1+5": 6, "9": 9, "16": 16, "64": 64}
"""By what its button says: how many places. Of 1+5 the first is big."""
MOST_SCREENS = 8
MOST_NUMBER = 99
MOST_CAMERAS = 256
LONGEST_NAME = 60
CAROUSEL_S = (5, 600)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class NotAView(Refused):
    """Not a layout, not cameras, or a number beyond what there is."""

    code = "not_a_view"
    th = "มุมมองไม่ถูกต้อง"
    en = "This is not a view of the wall."


def must_be_a_view(*, number: int, name: str, layout: str, cameras: Sequence[str | None], carousel_s: int) -> None:
    """Raises NotAView."""
    if not 1 <= number <= MOST_NUMBER:
        raise NotAView("A view has a number from 1 to {most}.", "หมายเลขมุมมองคือ 1 ถึง {most}", most=MOST_NUMBER)
    if layout not in LAYOUTS:
        raise NotAView
    if len(cameras) > MOST_CAMERAS or not all(code is None or _CODE.fullmatch(code) for code in cameras):
        raise NotAView
    if len(name) > LONGEST_NAME or any(not letter.isprintable() for letter in name):
        raise NotAView("A name has at most {most} letters.", "ชื่อมุมมองยาวไม่เกิน {most} ตัวอักษร", most=LONGEST_NAME)
    least, most = CAROUSEL_S
    if carousel_s and not least <= carousel_s <= most:
        raise NotAView("A carousel turns every {least} to {most} s.", "วนภาพได้ทุก {least} ถึง {most} วินาที", least=least, most=most)


def must_be_a_screen(screen: int) -> None:
    """Raises NotAView."""
    if not 1 <= screen <= MOST_SCREENS:
        raise NotAView("A wall has screens 1 to {most}.", "จอของผนังภาพคือ 1 ถึง {most}", most=MOST_SCREENS)
