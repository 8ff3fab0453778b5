"""The model card: what the weights were taught on, how well they read, where they must not be trusted, and until when the card counts."""

from datetime import date, timedelta
from pathlib import Path

from safetyzone.programs.vision.plates.weights import Calibration

VALID_FOR = timedelta(days=365)
"""An evaluation older than this allows nothing (row H13)."""
CARD = """# Model card: Thai number plates, detector and reader

**Reader** `{reader}` · **detector** `{detector}` · made on {made} · **valid until {until}**, then to be measured again.

## What it is
- Reader: a grey picture of 160 x 72 to letters and digits (CTC over two passes of the columns, so that cars' two lines and motorcycles'
  three are one model), the province as one of 78 names or none, and the layout. 1.5 million parameters.
- Detector: a heat map of plates' middles with their sizes, one cell for 8 x 8 pixels. 0.5 million parameters.
- Licence: that of this project (Apache-2.0). No weights of others were used.

## What it was taught on
Plates and streets drawn by `safetyzone.simulation.plates`: {looks:,} looks at plates, {scenes:,} at streets. No photograph and no real
person's plate. Faces of Debian's fonts-thai-tlwg and of npm's `@fontsource` packages (`training/package.json`); the families
IBM Plex Sans Thai, Sarabun, Waree and Barlow were kept apart, and all figures below are on them.

## How well it reads
Drawn plates as a street's camera sees them, three in ten by night, in families never trained on; the grammar on, ten looks a
plate where three do not agree, and up to forty more at the plate straightened where those doubt.

{table}

"Clear": 100 px and wider, the paint whole and hardly faded, no self-chosen series: what a camera hung by the survey's advice sees of
plates in order. "Paint coming off": a tenth to half of the letters' paint is gone, as on one drawn plate in four.
The set of looks was chosen on 200 other drawn plates in the same families, so they are not wholly unseen to it.
Straightening was chosen on six photographs, of which five were read without it; of 900 drawn plates it reads as many whole.
"Accepted": certainty at least {accept:.2f}, chosen on other plates of the same kind. Expected calibration error: {ece:.3f} of what is
written, {ece_province:.3f} of the province. {ms:.0f} ms to draw and read a plate on one core of a busy machine.
Most often confused: {confused}.

Detector: {recall} of the plates in drawn streets (26 px wide and more, IoU over 0.5), {false:.2f} false boxes a scene.

## Where it must not be trusted
- The goals (95 % whole plates, 98 % provinces, 60 % accepted with 99 % of them right) are NOT met where the table says less. Self-chosen
  series and motorcycles are the weakest.
- Drawn plates are not photographs: measure on your own crops (`python -m benchmarks plates --dir DIR`) before a list is switched on.
- Below 100 px of width the province is wrong more often (see the table); a camera for plates should give 130 px and more.
- Under infra-red and at night colours say nothing: the vehicle's class is then the commonest of its form.
- Diplomatic plates show no province. Foreign and military plates were not measured.
- A reading is no identification. Nothing here may act without a person who has looked at both pictures.
"""


def table(figures: dict[str, dict[str, float]]) -> str:
    rows = [
        "| plates | number | whole | province | class (by day) | accepted | right among the accepted |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, row in figures.items():
        cells = [f"{row[key]:.1%}" if row[key] == row[key] else "–" for key in ("exact", "province", "class", "accepted", "accepted_right")]
        rows.append(f"| {name} | {row['plates']:.0f} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def write_card(
    to: Path, *, made: date, models: tuple[str, str], figures: dict[str, dict[str, float]], calibration: Calibration,
    errors: tuple[float, float], found: dict[str, float], seen: tuple[int, int], confused: dict[str, float], ms: float,
) -> None:  # fmt: skip
    """Write the card anew; every number on it was measured by the run that writes it."""
    card = CARD.format(
        reader=models[0], detector=models[1], made=made.isoformat(), until=(made + VALID_FOR).isoformat(), looks=seen[0], scenes=seen[1],
        table=table(figures), accept=calibration.accept, ece=errors[0], ece_province=errors[1], ms=ms,
        confused=", ".join(f"{pair[0]}/{pair[1]}" for pair in list(confused)[:10]), recall=f"{found['recall']:.1%}",
        false=found["false_a_scene"],
    )  # fmt: skip
    to.write_text(card, encoding="utf-8")
