"""A package opens anywhere, and says what was done to it."""

import ast
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import av
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from safetyzone.trust.evidence import kept, queries, writing
from safetyzone.trust.evidence.carried import verify
from safetyzone.trust.evidence.signing import fingerprint
from safetyzone.trust.evidence.tests.clips import FPS, pictures


@pytest.fixture
def package(exported, tmp_path) -> Path:
    """An unpacked package with the originals."""
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(exported(clear=True)) as file:
        file.extractall(folder)
    return folder


def problems(of: Path, known: str = "") -> set[tuple[str, str]]:
    return {(one.what, one.path) for one in verify.verify(str(of), known).problems}


def test_a_package_is_valid_as_a_file_and_unpacked(exported, tmp_path):
    file = exported(clear=True)
    assert problems(file, fingerprint()) == set()
    assert zipfile.ZipFile(file).testzip() is None
    shutil.unpack_archive(file, tmp_path / "out")
    assert problems(tmp_path / "out", fingerprint()) == set()


def test_the_originals_are_in_it_untouched(exported, package):
    manifest = json.loads((package / "manifest.json").read_bytes())
    pieces = [piece for camera in manifest["cameras"] for piece in camera["pieces"]]
    assert len(pieces) == 7
    for piece in pieces:
        assert (package / piece["path"]).read_bytes() == kept.file_of(piece["sha256"]).read_bytes()


def test_the_manifest_says_what_a_judge_asks(package):
    manifest = json.loads((package / "manifest.json").read_bytes())
    assert (package / "manifest.json").read_bytes() == writing.canonical(manifest)
    assert manifest["item"]["from"] == {"utc": "2026-11-22T14:00:00.000+00:00", "bangkok": "22 พ.ย. 2569 21:00:00.000 น."}
    assert manifest["item"]["incident"]["title"] == "เสา 17 สวนลุม"
    assert [gap["ms"] for gap in manifest["cameras"][1]["gaps"]] == [4000, 2000]
    assert [line["act"] for line in manifest["custody"]] == ["locked", "gathered", "unblur_asked", "unblur_approved", "unblurred"]
    assert [line["by"] for line in manifest["custody"]] == ["somchai", "system", "somchai", "malee", "somchai"]
    assert manifest["export"]["approved_by"] == "malee"
    assert manifest["audit"]["whole"] is True
    assert len(manifest["audit"]["leaves"]) == 5


def test_sha256sum_accepts_the_sums(package):
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=package, check=True)


def verified_by_hand(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """As on another machine: no site packages, no environment."""
    command = [sys.executable, "-I", "-S", "verify.py", *more]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def test_one_command_verifies_on_a_machine_that_has_nothing_of_ours(package):
    said = verified_by_hand(package)
    assert (said.returncode, said.stderr) == (0, "")
    assert "ถูกต้องครบถ้วน · valid" in said.stdout
    assert fingerprint() in said.stdout
    piece = next((package / "original").rglob("*.mp4"))
    content = bytearray(piece.read_bytes())
    content[-1] ^= 1
    piece.write_bytes(content)
    said = verified_by_hand(package)
    assert said.returncode == 1
    assert f"{piece.relative_to(package).as_posix()}: เนื้อหาถูกเปลี่ยน" in said.stdout
    assert json.loads(verified_by_hand(package, "--json").stdout)["problems"][0]["what"] == "changed"


def test_the_verifier_needs_nothing_but_the_standard_library():
    source = Path(verify.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE))
    assert named <= sys.stdlib_module_names
    compile(source, "verify.py", "exec", dont_inherit=True)
    ast.parse(source, feature_version=(3, 9))


def test_what_is_missing_added_or_renamed_is_named(package):
    first, second, third, *_ = sorted((package / "original").rglob("*.mp4"))
    first.unlink()
    third.rename(third.with_name("other.mp4"))
    (package / "original" / "more.txt").write_text("x")
    path = {file: file.relative_to(package).as_posix() for file in (first, second, third)}
    assert problems(package) == {("missing", path[first]), ("renamed", path[third]), ("added", "original/more.txt")}


def test_without_its_manifest_the_sums_still_tell_which_files_changed(package):
    (package / "manifest.json").write_bytes(b"{")
    [first, second, *_] = sorted((package / "original").rglob("*.mp4"))
    first.write_bytes(b"x")
    second.unlink()
    path = {file: file.relative_to(package).as_posix() for file in (first, second)}
    assert problems(package) == {
        ("manifest", "manifest.json"), ("changed", "manifest.json"), ("changed", path[first]), ("missing", path[second])
    }  # fmt: skip


def test_two_files_that_changed_places_are_found(package):
    first, second, *_ = sorted((package / "original").rglob("*.mp4"))
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    assert {what for what, _ in problems(package)} == {"changed"}
    assert len(problems(package)) == 2


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "SHA256SUMS"])
def test_each_of_the_packages_own_files_is_watched(package, name):
    file = package / name
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(content)
    assert problems(package)
    file.unlink()
    assert ("missing", name) in problems(package)


def resign(folder: Path, key: Ed25519PrivateKey, **changed: object) -> None:
    """What a forger with a key of his own does: everything fits again but the key."""
    manifest = {**json.loads((folder / "manifest.json").read_bytes()), **changed}
    for name in ("files", "key", "format"):
        manifest.pop(name)
    writing.seal(folder, manifest, key)


def test_a_forgery_with_another_key_is_found_by_the_stations_fingerprint(package):
    resign(package, Ed25519PrivateKey.generate(), times="another night")
    assert problems(package) == set()
    assert problems(package, fingerprint()) == {("key", "manifest.json")}


def test_a_manifest_that_was_made_to_fit_is_found_by_its_signature(package):
    text = (package / "manifest.json").read_bytes().replace(b"Temple", b"Market")
    (package / "manifest.json").write_bytes(text)
    claim = verify.read_claim(verify.read_folder(str(package)))
    sums = verify.expected_sums(claim.listed, text, (package / "manifest.sig").read_bytes())
    (package / "SHA256SUMS").write_bytes(sums)
    assert problems(package) == {("signature", "manifest.sig")}


def test_a_record_of_the_audit_log_is_checked_by_its_own_hash(package):
    manifest = json.loads((package / "manifest.json").read_bytes())
    manifest["audit"]["leaves"][1]["canonical"] = manifest["audit"]["leaves"][1]["canonical"].replace("system", "nobody")
    resign(package, Ed25519PrivateKey.generate(), audit=manifest["audit"])
    assert problems(package) == {("audit", "manifest.json")}


def test_any_byte_between_the_files_of_the_zip_counts(exported, tmp_path):
    whole = exported(clear=True).read_bytes()
    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        directory, first = file.start_dir, file.infolist()[0]
    places = [*range(30), *range(directory, directory + 60), *range(len(whole) - 22, len(whole)), len(first.filename) + 30]
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1
        bad = tmp_path / "bad.zip"
        bad.write_bytes(changed)
        assert problems(bad), f"byte {place} may be changed"
    for bad_bytes in (whole + b"\0", whole[:-1], b"", b"PK", whole[: len(whole) // 2]):
        bad.write_bytes(bad_bytes)
        assert problems(bad)


def test_a_large_zip_is_written_as_zip64_says():
    """Sizes and places beyond 4 GiB, without writing them: the fields are where Python's own reader looks for them."""
    large = verify.Member("a", 5 << 30, 1, 0)
    head = verify.local_header("a", 5 << 30, 1)
    assert struct.unpack("<HHQQ", head[-20:]) == (1, 16, 5 << 30, 5 << 30)
    second = verify.Member("b", 3, 2, len(head) + (5 << 30))
    end = verify.tail([large, second])
    assert struct.unpack("<HHQQ", end[46 + 1 : 46 + 1 + 20]) == (1, 16, 5 << 30, 5 << 30)
    assert struct.unpack("<HHQ", end[46 + 21 + 46 + 1 :][:12]) == (1, 8, second.offset)
    start = second.offset + len(verify.local_header("b", 3, 2)) + 3
    assert struct.unpack("<4sLQL", end[-42:-22]) == (b"PK\6\7", 0, start + len(end) - 22 - 20 - 56, 1)
    assert end[-98:-94] == b"PK\6\6"


def test_the_playable_copy_has_every_frame_on_one_timeline(package):
    films = sorted((package / "play").glob("*.mp4"))
    assert [film.name for film in films] == ["LPN-1.mp4", "LPN-2.mp4"]
    assert len(pictures(films[0])) == 5 * 2 * FPS
    with av.open(str(films[1])) as film:
        times = [float(packet.pts * packet.time_base) for packet in film.demux(video=0) if packet.pts is not None]
    assert times[0] == 0.0
    assert times[2 * FPS] == pytest.approx(6.0)  # the hole stays a hole


def test_a_piece_that_is_not_what_was_locked_is_named_and_not_passed_on(locked, exported, tmp_path):
    item = locked()
    [first, *_] = queries.cameras(item)[0].pieces
    file = kept.file_of(first.sha256)
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.unlink()
    file.write_bytes(content)
    shutil.unpack_archive(exported(clear=True, item=item), tmp_path / "out")
    pieces = json.loads((tmp_path / "out" / "manifest.json").read_bytes())["cameras"][0]["pieces"]
    assert [(piece["intact"], bool(piece["path"])) for piece in pieces] == [(False, False)] + [(True, True)] * 4
    assert problems(tmp_path / "out") == set()


def test_ed25519_agrees_with_the_library_and_refuses_the_rest():
    for number in range(12):
        key, message = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32), os.urandom(number * 7)
        public, signature = key.public_key().public_bytes_raw(), key.sign(message)
        assert verify.is_signed(public, message, signature)
        assert not verify.is_signed(public, message + b"\0", signature)
        for place in (0, 31, 32, 63):
            wrong = bytearray(signature)
            wrong[place] ^= 1 << number % 8
            assert not verify.is_signed(public, message, bytes(wrong))
        s = int.from_bytes(signature[32:], "little") + verify.L  # the same signature in another spelling
        assert not verify.is_signed(public, message, signature[:32] + s.to_bytes(32, "little"))


def test_ed25519_agrees_with_the_examples_of_its_standard():
    """RFC 8032, section 7.1, tests 1 and 2."""
    for public, message, signature in (
        ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ):  # fmt: skip
        assert verify.is_signed(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
