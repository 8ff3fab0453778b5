"""What the planner's and the map's templates may say: both languages, words of codes, metres, shares, bearings."""

from django import template
from django.utils.translation import get_language

from safetyzone.senses.cameras.rules import TIER_WORDS, Tier
from safetyzone.senses.cameras.survey_rules import CONDITION_WORDS

register = template.Library()

Both = tuple[str, str]
OWNER_KIND: dict[str, Both] = {
    "police": ("ตำรวจ", "police"),
    "municipality": ("เทศบาล/อปท.", "municipality"),
    "agency": ("หน่วยงานรัฐ", "agency"),
    "private": ("เอกชน", "private"),
    "temple": ("วัด", "temple"),
    "shop": ("ร้านค้า", "shop"),
}
STATE: dict[str, Both] = {
    "unknown": ("ยังไม่เคยตรวจ", "not checked yet"),
    "working": ("ทำงาน", "working"),
    "offline": ("ขาดการติดต่อ", "offline"),
    "degraded": ("ภาพผิดปกติ", "degraded"),
}
STATUS: dict[str, Both] = {
    "waiting": ("รอคำนวณ", "waiting"),
    "running": ("กำลังคำนวณ", "running"),
    "stopped": ("หยุดไว้", "stopped"),
    "finished": ("คำนวณเสร็จ", "finished"),
    "failed": ("คำนวณไม่สำเร็จ", "failed"),
}
TIER: dict[str, Both] = {tier.value: (TIER_WORDS[tier].name_th, TIER_WORDS[tier].name_en) for tier in Tier}
CODEC: dict[str, Both] = {code: (name, name) for code, name in {"h264": "H.264", "hevc": "H.265", "mjpeg": "MJPEG"}.items()}
TABLES = {"codec": CODEC, "owner_kind": OWNER_KIND, "state": STATE, "status": STATUS, "condition": CONDITION_WORDS, "tier": TIER}
COMPASS: tuple[Both, ...] = (
    ("เหนือ", "north"), ("ตะวันออกเฉียงเหนือ", "north-east"), ("ตะวันออก", "east"), ("ตะวันออกเฉียงใต้", "south-east"),
    ("ใต้", "south"), ("ตะวันตกเฉียงใต้", "south-west"), ("ตะวันตก", "west"), ("ตะวันตกเฉียงเหนือ", "north-west"),
)  # fmt: skip
KILOMETRE = 1000


def thai() -> bool:
    """Whether the reader reads Thai."""
    return (get_language() or "th").startswith("th")


@register.simple_tag
def say(th: str, en: str) -> str:
    """``{% say "หมุน" "Turn" %}``: the Thai words, or the English ones for a reader of English."""
    return th if thai() else en


@register.filter
def word(code: object, table: str) -> str:
    """``{{ card.tier|word:"tier" }}``; a code without words stands for itself."""
    both = TABLES[table].get(str(code))
    return str(code) if both is None else both[0 if thai() else 1]


@register.filter
def metres(value: float | None) -> str:
    """``1,240 ม.``; nothing as a dash."""
    if value is None:
        return "–"
    return f"{value:,.0f} {'ม.' if thai() else 'm'}"


@register.filter
def gain(value: float | str | None) -> str:
    """``+140 ม.``, with a true minus; a dash where nothing was gained or counted (a template hands "" on for what is not there)."""
    if value is None or isinstance(value, str):
        return "–"
    sign = "+" if round(value) > 0 else "−" if round(value) < 0 else "±"
    return f"{sign}{metres(abs(value))}"


@register.filter
def share(value: float | None) -> str:
    """``0.9664`` as ``96.6 %``; nothing as a dash. What is not whole is never rounded up to it."""
    if value is None:
        return "–"
    shown = min(round(value * 100, 1), 99.9) if value < 1 else 100.0
    return f"{shown:.1f} %"


@register.filter
def degrees(value: float) -> str:
    """``35°``."""
    return f"{value:.0f}°"


@register.filter
def turned(value: float) -> str:
    """``+35°`` clockwise, ``−35°`` the other way, with a true minus."""
    return f"{'+' if value >= 0 else '−'}{abs(value):.0f}°"


@register.filter
def compass(bearing_deg: float) -> str:
    """The eighth of the compass rose that a bearing lies in, in words."""
    return COMPASS[round(bearing_deg / 45) % 8][0 if thai() else 1]


@register.filter
def baht(value: float | None) -> str:
    """``120,000`` or, without a price, a dash."""
    return "–" if value is None else f"{value:,.0f}"
