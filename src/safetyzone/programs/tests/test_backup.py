"""A station in one file: what comes back is what was there, and a file that was touched is not believed."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo, sql

from safetyzone.kernel.settings import settings
from safetyzone.programs import backup as chest

pytestmark = pytest.mark.second_postgres
DATABASE = "sz_test_backup"
FILL = """
    CREATE TABLE press (id uuid PRIMARY KEY, heard_at timestamptz, words text, things jsonb, body bytea, lon double precision);
    INSERT INTO press SELECT gen_random_uuid(), '2026-05-03 10:00+07'::timestamptz + n * interval '1 second', 'ช่วยด้วย ' || n,
        jsonb_build_object('n', n), decode(md5(n::text), 'hex'), 100.5 + n / 3.0 FROM generate_series(1, 500) AS n;
    CREATE TABLE nothing (id int);
    CREATE TABLE chain (seq int);
    INSERT INTO chain VALUES (1), (2);
    CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'append-only'; END $$;
    CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON chain EXECUTE FUNCTION no();
"""


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database of this test's own, with rows of every awkward kind, and a state folder with a secret."""
    given = settings().database_url
    assert given is not None
    maintenance = conninfo.make_conninfo(given.get_secret_value(), dbname="postgres")
    name = sql.Identifier(DATABASE)
    with psycopg.connect(maintenance, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
        ours = conninfo.make_conninfo(maintenance, dbname=DATABASE)
        with psycopg.connect(ours) as connection:
            connection.execute(FILL)
        of = settings().model_copy(update={"database_url": type(given)(ours), "state": tmp_path / "state"})
        (tmp_path / "state" / "secrets").mkdir(parents=True)
        (tmp_path / "state" / "secrets" / "master.key").write_text("k" * 64)
        monkeypatch.setattr(chest, "settings", lambda: of)
        yield ours
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def whole(address: str) -> dict[str, dict[str, object]]:
    with psycopg.connect(address) as connection:
        return chest.fingerprints(connection)


def change(address: str, statement: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute(statement)


def test_every_row_of_every_table_comes_back(address: str, tmp_path: Path) -> None:
    before = whole(address)
    kept = chest.backup(tmp_path / "file")
    assert (kept.tables, kept.rows) == (3, 502)
    change(address, "DELETE FROM press; INSERT INTO nothing VALUES (1)")
    assert whole(address) != before
    chest.restore(tmp_path / "file", force=True)
    assert whole(address) == before


def test_the_hashes_see_one_changed_letter_and_not_the_order_of_rows(address: str) -> None:
    before = whole(address)
    change(address, "UPDATE press SET words = words WHERE things->>'n' = '7'")  # moves the row within the table
    assert whole(address) == before
    change(address, "UPDATE press SET words = words || '.' WHERE things->>'n' = '7'")
    assert whole(address) != before


def test_a_database_with_tables_is_not_overwritten_unasked(address: str, tmp_path: Path) -> None:
    chest.backup(tmp_path / "file")
    before = whole(address)
    with pytest.raises(chest.NotEmpty):
        chest.restore(tmp_path / "file")
    assert whole(address) == before


def test_a_file_with_one_changed_byte_is_refused_and_the_database_stays(address: str, tmp_path: Path) -> None:
    chest.backup(tmp_path / "file")
    before = whole(address)
    data = bytearray((tmp_path / "file").read_bytes())
    with tarfile.open(tmp_path / "file") as tar:
        middle = tar.getmember(chest.DUMP)
        data[middle.offset_data + middle.size // 2] ^= 1
    (tmp_path / "file").write_bytes(data)
    for attempt in (chest.verify, lambda file: chest.restore(file, force=True)):
        with pytest.raises(chest.NotWhole):
            attempt(tmp_path / "file")
    assert whole(address) == before


def test_a_file_that_is_no_backup_is_refused_in_a_sentence(address: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("something else")
    with pytest.raises(chest.NotWhole) as no:
        chest.verify(tmp_path / "file")
    assert "ไฟล์สำรอง" in no.value.say("th")


def test_the_secrets_come_back_and_one_that_differs_is_set_aside(address: str, tmp_path: Path) -> None:
    chest.backup(tmp_path / "file")
    key = tmp_path / "state" / "secrets" / "master.key"
    key.write_text("another station's")
    chest.restore(tmp_path / "file", force=True)
    assert key.read_text() == "k" * 64
    assert key.with_name("master.key.before-restore").read_text() == "another station's"
    assert key.stat().st_mode & 0o077 == 0


def photo_of(address: str, tmp_path: Path, content: bytes = b"a photo") -> Path:
    name = hashlib.sha256(content).hexdigest()
    file = tmp_path / "state" / "survey" / name[:2] / f"{name}.jpg"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def test_the_photos_of_surveys_come_back_and_those_made_since_stay(address: str, tmp_path: Path) -> None:
    lost, half_written = photo_of(address, tmp_path), tmp_path / "state" / "survey" / ".new-1"
    half_written.write_bytes(b"half")
    chest.backup(tmp_path / "file")
    with tarfile.open(tmp_path / "file") as tar:
        assert f"survey/{lost.parent.name}/{lost.name}" in tar.getnames()
        assert not any(".new-" in name for name in tar.getnames())
    lost.unlink()
    newer = photo_of(address, tmp_path, b"made since")
    chest.restore(tmp_path / "file", force=True)
    assert lost.read_bytes() == b"a photo"
    assert newer.read_bytes() == b"made since"
    assert lost.stat().st_mode & 0o077 == 0


def test_locked_evidence_comes_back_and_a_piece_that_was_damaged_is_mended(address: str, tmp_path: Path) -> None:
    content = b"a locked piece"
    name = hashlib.sha256(content).hexdigest()
    piece = tmp_path / "state" / "evidence" / "pieces" / name[:2] / f"{name}.mp4"
    piece.parent.mkdir(parents=True)
    piece.write_bytes(content)
    chest.backup(tmp_path / "file")
    piece.write_bytes(b"changed since")
    chest.restore(tmp_path / "file", force=True)
    assert piece.read_bytes() == content
    assert piece.stat().st_mode & 0o077 == 0


def test_while_a_backup_is_made_nobody_deletes_evidence(address: str, tmp_path: Path) -> None:
    with psycopg.connect(address) as other, chest._snapshot():
        alone = "SELECT pg_try_advisory_xact_lock(hashtext(%s))"
        assert other.execute(alone, [chest.evidence.BEING_COPIED]).fetchone() == (False,)


def test_while_a_backup_is_made_nobody_else_can_hold_the_photos_alone(address: str, tmp_path: Path) -> None:
    alone = "SELECT pg_try_advisory_xact_lock(hashtext(%s))"
    with psycopg.connect(address) as other:
        with chest._snapshot():
            assert other.execute(alone, [chest.BEING_COPIED]).fetchone() == (False,)
        other.execute("SET LOCAL lock_timeout = '10s'")  # the server lets go when it notices that the backup's connection has gone
        other.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [chest.BEING_COPIED])


def test_a_backup_is_readable_by_its_owner_alone_and_leaves_no_scraps(address: str, tmp_path: Path) -> None:
    chest.backup(tmp_path / "file")
    assert (tmp_path / "file").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "state"]


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside-of-everything"])  # noqa: S108 - the path of an attacker
def test_a_file_that_would_write_outside_its_folder_is_refused(name: str, tmp_path: Path) -> None:
    body = json.dumps({"format": chest.FORMAT, "files": {name: "0" * 64}}).encode()
    with tarfile.open(tmp_path / "evil.safetyzone", "w") as tar:
        for member, content in ((chest.MANIFEST, body), (name, b"evil")):
            entry = tarfile.TarInfo(member)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    place = tmp_path / "place"
    place.mkdir()
    with pytest.raises(chest.NotWhole):
        chest._unpacked(tmp_path / "evil.safetyzone", place)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["evil.safetyzone", "place"]
    assert not Path("/tmp/outside-of-everything").exists()  # noqa: S108
