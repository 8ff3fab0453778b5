"""Learning curves as an SVG, with no library."""

WIDTH, HEIGHT, EDGE = 720, 320, 46
COLOURS = ("#1d6fa5", "#c2571a", "#3a7d34", "#7a4ea3", "#8a6d00", "#555555")


def svg(rows: list[dict[str, float]], names: list[str]) -> str:
    """``names`` over minutes; every curve between 0 and 1, or scaled by its largest value."""
    last = max((row["minutes"] for row in rows), default=1.0) or 1.0
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for tenth in range(0, 11, 2):
        y = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * tenth / 10
        parts.append(
            f'<path d="M{EDGE} {y:.0f}H{WIDTH - EDGE}" stroke="#ddd"/><text x="{EDGE - 26}" y="{y + 4:.0f}">{tenth / 10:.1f}</text>'
        )
    for number, name in enumerate(names):
        values = [(row["minutes"], row[name]) for row in rows if name in row]
        top = max(1.0, *(value for _, value in values)) if values else 1.0
        points = " ".join(
            f"{EDGE + (WIDTH - 2 * EDGE) * minutes / last:.1f},{HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * value / top:.1f}"
            for minutes, value in values
        )
        colour = COLOURS[number % len(COLOURS)]
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.6" points="{points}"/>')
        scale = "" if top == 1.0 else f" (1.0 = {top:.2f})"
        parts.append(f'<text x="{EDGE + number * 150}" y="22" fill="{colour}">{name}{scale}</text>')
    parts.append(f'<text x="{WIDTH - EDGE - 70}" y="{HEIGHT - 14}">{last:.0f} minutes</text></svg>')
    return "\n".join(parts)
