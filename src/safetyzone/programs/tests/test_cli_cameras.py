"""Lists of cameras from the command line: checked, entered, written again."""

import json
from pathlib import Path

from safetyzone.programs.tests.test_cli import Typed, typed  # noqa: F401 - the fixture
from safetyzone.senses.cameras.models import Camera

HEAD = "code,owner,owner kind,lon,lat,height,azimuth,tilt,hfov,width,height_px\n"
GOOD = "A-1,ร้านทอง,shop,100.5402,13.7446,4,90,10,85,1920,1080\n"
BAD = "A-2,ร้านทอง,shop,13.7446,100.5402,4,90,10,85,1920,1080\n"


def test_a_list_is_checked_entered_and_written_again(typed: Typed, tmp_path: Path) -> None:  # noqa: F811
    file, bad, again = tmp_path / "list.csv", tmp_path / "bad.csv", tmp_path / "again.xlsx"
    file.write_text(HEAD + GOOD + BAD, encoding="cp874")
    code, out, _ = typed("cameras", "import", str(file), "--dry-run", "--json")
    said = json.loads(out)
    assert (code, said["new"], said["refused"], said["entered"]) == (1, 1, 1, False)
    assert said["rows"][0]["row"] == 3
    assert "swapped?" in said["rows"][0]["why"]
    assert typed("cameras", "import", str(file), "--reasons", str(bad))[0] == 1
    assert "A-2" in bad.read_text(encoding="utf-8-sig")
    assert Camera.objects.count() == 0
    typed("cameras", "import", str(file), "--only-good")
    assert Camera.objects.get().code == "A-1"
    assert typed("cameras", "export", str(again))[0] == 0
    code, out, _ = typed("cameras", "import", str(again), "--json")
    assert (code, json.loads(out)["same"], json.loads(out)["entered"]) == (0, 1, True)
    assert json.loads(typed("cameras", "list", "--json")[1])[0]["owner"] == "ร้านทอง"


def test_a_file_that_is_no_list_is_one_line_in_both_languages(typed: Typed, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "list.xlsx"
    file.write_bytes(b"PK\x03\x04 nothing")
    code, _, err = typed("cameras", "import", str(file))
    assert code == 1
    assert "อ่านไฟล์ไม่ได้" in err
    assert "Traceback" not in err


def test_an_owners_link_is_printed_whole_and_a_newer_one_differs(typed: Typed, monkeypatch) -> None:  # noqa: F811
    monkeypatch.setenv("COLUMNS", "40")
    first = typed("cameras", "add-owner-link", "ร้านทอง")[1].strip()
    second = typed("cameras", "add-owner-link", "ร้านทอง", "--renew")[1].strip()
    assert first.startswith("http://127.0.0.1:8000/camera-owner/")
    assert len(first.splitlines()) == 1
    assert first != second
