"""What templates may say: Buddhist-era dates in Asia/Bangkok, durations, who may, and the import map."""

from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import orjson
from django import template
from django.conf import settings as django_settings
from django.template.context import Context
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from safetyzone.ground.officers import access
from safetyzone.kernel.settings import settings

register = template.Library()

BANGKOK = ZoneInfo("Asia/Bangkok")
BUDDHIST_ERA = 543
MONTHS_TH = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTES_AN_HOUR = SECONDS_A_MINUTE = 60


@register.filter
def thai_time(at: datetime | None) -> str:
    """``21:04:07`` in Bangkok, whatever the machine's zone; empty for no time."""
    return at.astimezone(BANGKOK).strftime("%H:%M:%S") if at else ""


@register.filter
def thai_date(at: datetime | None) -> str:
    """``22 พ.ย. 2569``, or ``22 Nov 2026`` for a reader of English: neither Django nor Babel counts Buddhist years."""
    if at is None:
        return ""
    there = at.astimezone(BANGKOK)
    if (get_language() or "th").startswith("th"):
        return f"{there.day} {MONTHS_TH[there.month - 1]} {there.year + BUDDHIST_ERA}"
    return f"{there.day} {MONTHS_EN[there.month - 1]} {there.year}"


@register.filter
def thai_month(at: datetime | None) -> str:
    """``พ.ย. 2569``, or ``Nov 2026``: the month of that moment in Bangkok."""
    return thai_date(at).partition(" ")[2]


@register.filter
def thai_datetime(at: datetime | None) -> str:
    """Date and time, with a space between."""
    return f"{thai_date(at)} {thai_time(at)}".strip()


@register.filter
def iso(at: datetime | None) -> str:
    """For ``<time datetime>`` and for timers in the browser: ISO 8601, UTC."""
    return at.isoformat() if at else ""


@register.filter
def duration(how_long: timedelta | float | None) -> str:
    """``mm:ss`` from a timedelta or from seconds; ``h:mm:ss`` from an hour on; a negative one keeps its sign."""
    if how_long is None:
        return ""
    seconds = round(how_long.total_seconds() if isinstance(how_long, timedelta) else how_long)
    sign, seconds = ("−" if seconds < 0 else ""), abs(seconds)
    minutes, seconds = divmod(seconds, SECONDS_A_MINUTE)
    hours, minutes = divmod(minutes, MINUTES_AN_HOUR)
    return f"{sign}{hours}:{minutes:02}:{seconds:02}" if hours else f"{sign}{minutes:02}:{seconds:02}"


@register.filter
def in_language(thing: Any, stem: str = "name") -> str:
    """``{{ station|in_language:"name" }}``: the attribute name_th or name_en, by the reader's language."""
    suffix = "th" if (get_language() or "th").startswith("th") else "en"
    return str(getattr(thing, f"{stem}_{suffix}"))


@register.simple_tag(takes_context=True)
def may(context: Context, permission: str, station: str = "") -> bool:
    """``{% may "dispatch" incident.station as can_send %}``; with no station: at any station at all."""
    who = getattr(context.get("request"), "who", None)
    if station:
        return access.may(who, permission, station=station)
    return bool(access.stations_where(who, permission))


@register.simple_tag(takes_context=True)
def here(context: Context) -> str:
    """Path that shows this page again: of a page that answers a form, the one on which the form stood."""
    request = context.get("request")
    if request is None:
        return "/"
    if request.method in ("GET", "HEAD"):
        return str(request.get_full_path())
    return urlsplit(request.headers.get("Referer", "")).path or "/"


@register.simple_tag
def if_demo() -> bool:
    """Whether the data are simulated, which every page must then say."""
    return settings().demo


@register.simple_tag
def mfa_demanded() -> bool:
    """Whether this station demands a second factor."""
    return settings().mfa_required


@register.simple_tag(takes_context=True)
def passkeys_work_here(context: Context) -> bool:
    """Browsers make passkeys for a name (localhost among them), never for an address of numbers (WebAuthn, relying party)."""
    host = urlsplit(f"//{context['request'].get_host()}").hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return True
    return False


@register.simple_tag
def import_map() -> SafeString:
    """The import map: bare module names to the vendored files, as configuration.py lists them."""
    imports = {name: static(path) for name, path in django_settings.IMPORT_MAP.items()}
    return mark_safe(orjson.dumps({"imports": imports}).decode().replace("<", "\\u003c"))  # noqa: S308 - our own constants
