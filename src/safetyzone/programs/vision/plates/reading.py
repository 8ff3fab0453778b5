"""What a reading says: three fields, how sure each is, and what else it may have been."""

from dataclasses import dataclass

from safetyzone.contracts.plates import BadPlate, Plate, VehicleClass


@dataclass(frozen=True, slots=True)
class Sure:
    """Calibrated, 0 to 1: of readings with 0.9, nine in ten are right."""

    text: float
    series: float
    number: float
    province: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A plate as one crop, or the vote over a track, shows it. It prints none of what it read."""

    text: str
    series: str
    number: str
    province: str
    """The likeliest name; empty: the plate shows none."""
    vehicle_class: VehicleClass
    sure: Sure
    accepted: bool
    """The reader stands by what is written."""
    texts: tuple[tuple[str, float], ...]
    """Whole texts, best first, with their shares of the evidence."""
    characters: tuple[tuple[tuple[str, float], ...], ...]
    """For every place of the text what may stand there, best first."""
    provinces: tuple[tuple[str, float], ...]
    """The three likeliest."""
    three_lines: bool
    province_accepted: bool
    frames: int = 1

    @property
    def plate(self) -> Plate:
        """As a value of the contract; a province that the reader does not stand by is left out."""
        return Plate(self.series, self.number, self.province if self.province_accepted else "", self.vehicle_class)

    @property
    def alternatives(self) -> tuple[tuple[Plate, float], ...]:
        """Other plates that it may have been, with their shares."""
        found = []
        for text, share in self.texts[1:]:
            series, number = fields(text)
            try:
                found.append((Plate(series, number, self.plate.province, self.vehicle_class), share))
            except BadPlate:  # another form than this class carries
                continue
        return tuple(found)

    def __repr__(self) -> str:
        return f"<Reading accepted={self.accepted}>"

    __str__ = __repr__


def fields(text: str) -> tuple[str, str]:
    """Series and number of a text that is a plate."""
    if "-" in text:
        series, number = text.split("-")
        return series, number
    digits = next((k for k in range(len(text), 0, -1) if not text[k - 1].isdecimal()), 0)
    return text[:digits], text[digits:]
