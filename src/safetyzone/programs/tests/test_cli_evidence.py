"""``safetyzone evidence``: one command on any machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from safetyzone.trust.evidence.tests.clips import NIGHT, clip, ms
from tests.proofs import tamper


def safetyzone(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "safetyzone", "evidence", *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    start = ms(NIGHT)
    files = tamper.package_of([("LPN-1", start + later, clip(start + later)) for later in (0, 2000)], tmp_path / "unpacked")
    file = tmp_path / "EV-00041.zip"
    file.write_bytes(tamper.zipped(files))
    return file


def test_one_command_verifies_a_package(package):
    said = safetyzone("verify", str(package), "--fingerprint", tamper.KNOWN)
    assert (said.returncode, said.stderr) == (0, "")
    assert "ถูกต้องครบถ้วน · valid" in said.stdout
    assert safetyzone("verify", str(package.with_name("unpacked"))).returncode == 0


def test_it_names_what_was_changed_in_both_languages_and_for_programs(package):
    content = bytearray(package.read_bytes())
    content[content.index(b"moof") + 40] ^= 1
    package.write_bytes(content)
    said = safetyzone("verify", str(package))
    assert said.returncode == 1
    assert "LPN-1/1795356000000-2000.mp4: เนื้อหาถูกเปลี่ยน" in said.stdout
    assert "LPN-1/1795356000000-2000.mp4: changed" in said.stdout
    report = json.loads(safetyzone("verify", str(package), "--json").stdout)
    assert report["valid"] is False
    assert ("changed", "original/LPN-1/1795356000000-2000.mp4") in {(one["what"], one["path"]) for one in report["problems"]}


def test_another_stations_key_is_refused(package):
    said = safetyzone("verify", str(package), "--fingerprint", "00 " * 32)
    assert said.returncode == 1
    assert "ไม่ได้ลงนามด้วยกุญแจของสถานีที่ระบุ" in said.stdout


def test_the_stations_key_is_always_the_same():
    first, second = (json.loads(safetyzone("key", "--json").stdout) for _ in range(2))
    assert first == second
    assert len(first["fingerprint"].split()) == 16
    assert first["fingerprint"] in safetyzone("key").stdout
