"""A small drawing for the sheet: north above, where the camera looks now (dashed) and where it shall look (full)."""

import math

from django.utils.safestring import SafeString, mark_safe

from safetyzone.prevention.works.queries import WorkView

SIZE, MIDDLE, LENGTH, HALF_DEG = 200, 100.0, 70.0, 30.0


def sketch(view: WorkView) -> SafeString:
    """An SVG made of numbers only, so nothing in it can be anything but a drawing."""
    before = view.what.get("from_azimuth")
    after = view.what.get("to_azimuth", view.what.get("azimuth"))
    wedges = [_wedge(before, "was")] if before is not None else []
    wedges += [_wedge(after, "shall")] if after is not None else []
    return mark_safe(  # noqa: S308 - only our own words and numbers
        f'<svg class="sketch" viewBox="0 0 {SIZE} {SIZE}" role="img" aria-hidden="true"><circle cx="100" cy="100" r="90" class="ring"/>'
        f'<text x="100" y="22" text-anchor="middle">N</text>{"".join(wedges)}<circle cx="100" cy="100" r="5" class="pole"/></svg>'
    )


def _wedge(azimuth_deg: float, kind: str) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_at(azimuth_deg - HALF_DEG), _at(azimuth_deg + HALF_DEG)))
    return f'<polygon class="{kind}" points="{MIDDLE},{MIDDLE} {corners}"/>'


def _at(azimuth_deg: float) -> tuple[float, float]:
    angle = math.radians(float(azimuth_deg))
    return MIDDLE + LENGTH * math.sin(angle), MIDDLE - LENGTH * math.cos(angle)
