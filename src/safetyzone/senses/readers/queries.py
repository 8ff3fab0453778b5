"""What is to be read where: asked by the view that gives work to vision."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from safetyzone.contracts.vision import FacesWork, PlatesWork, Work
from safetyzone.kernel.settings import Settings
from safetyzone.senses.cameras import terms_queries
from safetyzone.senses.cameras.terms_queries import Source
from safetyzone.senses.readers.models import CameraLease
from safetyzone.senses.readers.rules import LEASE_FOR
from safetyzone.senses.sightings.history_queries import histories_on
from safetyzone.senses.watchlists import queries as watchlists

LIVE = "live"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What may be read now, by camera; and how to open each."""

    plates: dict[str, datetime]
    faces: dict[str, FacesWork]
    sources: dict[str, Source]

    @property
    def cameras(self) -> list[str]:
        """Their codes, in order."""
        return sorted(self.sources)


def wanted(at: datetime) -> Wanted:
    """Every camera that some list or history wants read, and whose owner shares its picture at any time."""
    plates, faces = watchlists.plates_wanted_at(None, at), watchlists.faces_wanted_at(None, at)
    for kept in histories_on(at):
        if "plate" not in watchlists.matching_off(kept.station, at):  # who switches plates off does not mean the comparing alone
            plates[kept.camera] = max(plates.get(kept.camera, kept.ends_at), kept.ends_at)
    listed = plates.keys() | faces.keys()
    sources = {
        each.terms.code: each
        for each in terms_queries.sources()
        if each.terms.code in listed and each.address and each.terms.may_open(LIVE, nearest_m=None, at=at).yes
    }
    return Wanted(plates, faces, sources)


def work(codes: Iterable[str], found: Wanted, of: Settings, *, at: datetime) -> tuple[Work, ...]:
    """The work for these cameras, each with its own end."""
    until_ms = _ms(at + LEASE_FOR)
    return tuple(_work(found.sources[code], found, of, until_ms) for code in codes if code in found.sources)


def _work(source: Source, found: Wanted, of: Settings, until_ms: int) -> Work:
    code = source.terms.code
    ends = found.plates.get(code)
    address = of.media_server.replace("{code}", code) if of.media_server else source.address
    return Work(
        camera=code, address=address, sub_address="" if of.media_server else source.sub_address,
        credential="" if of.media_server else b64encode(source.credential).decode(), until_ms=until_ms,
        plates=PlatesWork(until_ms=_ms(ends)) if ends else None, faces=found.faces.get(code),
    )  # fmt: skip


def reader_of(camera: str, at: datetime) -> str:
    """The program that reads a camera now; empty: none."""
    return CameraLease.objects.filter(camera=camera, until__gt=at).values_list("worker", flat=True).first() or ""


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
