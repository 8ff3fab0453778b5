"""Photos from phones, and from those who would like to send something else."""

import struct
import zlib
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import NotFound
from safetyzone.kernel.settings import settings as station_settings
from safetyzone.senses.cameras import survey_photos
from safetyzone.senses.cameras.models import Survey, SurveyPhoto
from safetyzone.senses.cameras.survey_actions import Found, look_at_photo, record_survey
from safetyzone.senses.cameras.survey_photos import BadPhoto, clean, keep, read
from safetyzone.senses.cameras.survey_rules import Condition, Pose
from safetyzone.senses.cameras.tests.town import NIGHT, OPERATOR, STATION, STRANGER
from safetyzone.trust.audit.queries import acts_on

WALKER = Who(name="walker", grants=frozenset({(STATION, "survey_cameras")}))
GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def jpeg(size=(120, 60), **options) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, (10, 120, 200)).save(file, "JPEG", **options)
    return file.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A small PNG whose header promises a very large picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def test_where_and_with_what_a_photo_was_made_is_gone_and_it_stands_upright():
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "SecretPhone", 6
    exif.get_ifd(GPS).update({1: "N", 2: (13.0, 44.0, 40.0), 3: "E", 4: (100.0, 32.0, 24.0)})
    sent = jpeg(exif=exif, comment=b"secret comment", xmp=b"<x:xmpmeta>secret xmp</x:xmpmeta>") + b"<?php secret(); ?>"
    assert b"SecretPhone" in sent
    kept = clean(sent)
    with Image.open(BytesIO(kept)) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (60, 120)
        assert not dict(picture.getexif())
        assert "comment" not in picture.info
    assert b"ecret" not in kept


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<html><script>alert(1)</script></html>", b"%PDF-1.7 ...", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xff\xd8\xff\xe0",
        b"GIF89a" + b"\0" * 200, jpeg()[:200], png_that_says(1, 0),
    ],
    ids=["empty", "page", "pdf", "svg", "a JPEG's first bytes", "gif", "cut short", "no height"],
)  # fmt: skip
def test_what_is_no_photo_is_refused(data):
    with pytest.raises(BadPhoto):
        clean(data)


def test_a_bomb_is_refused_by_its_header_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("unpacked"))
    for width, height in ((100_000, 100_000), (40_001, 1_000)):
        with pytest.raises(BadPhoto):
            clean(png_that_says(width, height))


def test_a_photo_over_eight_megabytes_is_refused_unread(monkeypatch):
    monkeypatch.setattr(Image, "open", lambda *a, **k: pytest.fail("read"))
    with pytest.raises(BadPhoto):
        clean(b"\xff" * (survey_photos.MOST_BYTES + 1))


def test_a_large_photo_is_made_smaller():
    with Image.open(BytesIO(clean(jpeg(size=(4000, 1000))))) as picture:
        assert picture.size == (2048, 512)


def test_the_same_photo_is_one_file_and_nothing_half_written_stays(tmp_path):
    photo = clean(jpeg())
    first, second = keep(tmp_path, photo), keep(tmp_path, photo)
    assert first == second
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert [file.read_bytes() for file in files] == [photo]
    assert read(tmp_path, first[0]) == photo


@pytest.mark.parametrize("name", ["../secrets/key", "/etc/passwd", "ab/" + "0" * 64 + ".jpg"])
def test_no_other_file_is_read(tmp_path, name):
    with pytest.raises(NotFound):
        read(tmp_path, name)


@pytest.fixture
def surveyed(add, monkeypatch, tmp_path) -> SurveyPhoto:
    monkeypatch.setattr(station_settings(), "state", tmp_path)
    add("LPN-C001")
    found = Found(id=uuid4(), camera="LPN-C001", made_at=NIGHT, base_version=1, condition=Condition.DIRTY, measured=Pose())
    record_survey(found=found, photos={"view": jpeg(), "else": jpeg()}, by=WALKER, at=NIGHT)
    return SurveyPhoto.objects.get()


def test_a_photo_is_shown_to_those_who_see_cameras_and_every_look_is_recorded(surveyed):
    later = NIGHT + timedelta(hours=1)
    assert look_at_photo(photo=surveyed.id, by=OPERATOR, at=later).startswith(b"\xff\xd8\xff")
    last = acts_on("camera:LPN-C001")[-1]
    assert (last.action, last.actor, last.facts["photo"]) == ("survey.photo_looked", "operator", str(surveyed.id))
    for who in (STRANGER, WALKER):
        with pytest.raises(NotFound):
            look_at_photo(photo=surveyed.id, by=who, at=later)


def test_a_survey_with_a_bad_photo_is_not_kept_at_all(add, monkeypatch, tmp_path):
    monkeypatch.setattr(station_settings(), "state", tmp_path)
    add("LPN-C001")
    found = Found(id=uuid4(), camera="LPN-C001", made_at=NIGHT, base_version=1, condition=Condition.GOOD, measured=Pose(azimuth_deg=1))
    with pytest.raises(BadPhoto):
        record_survey(found=found, photos={"view": b"<html>"}, by=WALKER, at=NIGHT)
    assert not Survey.objects.exists()
