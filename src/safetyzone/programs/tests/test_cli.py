"""The command line as a person types it: what it prints, and how it says no."""

import json
import sys
from collections.abc import Callable

import pytest
from django.db import connection

from safetyzone import cli
from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.officers.actions import load_duties
from safetyzone.ground.officers.models import Officer, Posting
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel import clock
from safetyzone.trust.audit.models import Leaf

ADD = ["poles", "add", "LPN-P017", "--zone", "ratchaprasong", "--lon", "100.5402", "--lat", "13.7446", "--name", "แยกราชประสงค์"]
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], transactional_db: None) -> Typed:
    """Type a command; returns exit code, stdout and stderr."""
    load_ground(by=COMMAND_LINE, at=clock.now())
    load_duties(by=COMMAND_LINE, at=clock.now())

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["safetyzone", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


def test_a_pole_s_credential_is_shown_once_and_kept_nowhere(typed: Typed) -> None:
    code, out, _ = typed(*ADD, "--json")
    given = json.loads(out)
    assert code == 0
    assert given["mqtt_user"] == "LPN-P017"
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text FROM sos_pole AS p UNION ALL SELECT row_to_json(l)::text FROM audit_leaf AS l")
        kept = "".join(row for (row,) in cursor.fetchall())
    assert "LPN-P017" in kept
    assert given["mqtt_password"] not in kept
    assert given["signing_key_hex"] not in kept
    assert given["mqtt_password"] not in typed("poles", "list")[1]


def test_the_whole_key_is_printed_however_narrow_the_screen(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    _, out, _ = typed(*ADD)
    assert [len(line.split()[-1]) for line in out.splitlines() if "signing_key_hex" in line] == [64]


def test_a_retired_pole_is_no_longer_let_in(typed: Typed) -> None:
    typed(*ADD)
    assert '"LPN-P017"' in typed("poles", "conf")[1]
    assert typed("poles", "retire", "LPN-P017", "--why", "ย้ายเสา")[0] == 0
    assert '"LPN-P017"' not in typed("poles", "conf")[1]
    assert Leaf.objects.get(action="pole.retired").why == "ย้ายเสา"


def test_no_is_one_line_in_both_languages_and_never_a_traceback(typed: Typed) -> None:
    code, out, err = typed(*[word.replace("ratchaprasong", "nowhere") for word in ADD])
    assert (code, out) == (1, "")
    assert len(err.strip().splitlines()) == 1
    assert "ไม่พบเขต nowhere · There is no zone nowhere." in err


def test_swapped_axes_are_refused_and_the_order_is_named(typed: Typed) -> None:
    code, _, err = typed("poles", "add", "P1", "--zone", "ratchaprasong", "--lon", "13.7", "--lat", "100.5", "--name", "x")
    assert code == 1
    assert "longitude comes first" in err


def test_wrong_use_of_a_command_explains_itself(typed: Typed) -> None:
    code, _, err = typed("poles", "add")
    assert code == 2
    assert "Traceback" not in err


def test_an_officer_is_added_with_duties_until_a_buddhist_date(typed: Typed) -> None:
    code, out, err = typed(
        "officers", "add", "malee", "--duty", "commander", "--until", "31/12/2599", "--password", "a long sentence of hers"
    )
    assert code == 0, err
    posting = Posting.objects.get(officer=Officer.objects.get(username="malee"))
    assert posting.valid_until is not None
    assert posting.valid_until.isoformat() == "2056-12-31T17:00:00+00:00"
    assert "long sentence" not in out


def test_an_audit_log_that_was_edited_is_called_broken_with_exit_code_1(typed: Typed) -> None:
    assert typed("audit", "verify")[0] == 0
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_leaf SET why = 'edited' WHERE lane = 'desk' AND seq = 1")
        cursor.execute("RESET session_replication_role")
    code, out, _ = typed("audit", "verify", "--json")
    assert code == 1
    assert json.loads(out)["broken"] == [{"lane": "desk", "seq": 1, "what": "content"}]


def test_the_ground_lists_the_fifteen_pilot_stations_in_both_languages(typed: Typed) -> None:
    rows = json.loads(typed("ground", "list", "--json")[1])
    assert len(rows) == 15
    assert all(row["name_th"] and row["name_en"] and row["zones"] for row in rows)


def test_every_command_explains_itself_in_thai_first(typed: Typed) -> None:
    for command in ("run", "web", "intake", "worker", "doctor", "backup", "restore", "demo", "prepare"):
        code, out, _ = typed(command, "--help")
        assert code == 0
        words = next(line.strip() for line in out.splitlines()[2:] if line.strip() and "Usage" not in line)
        assert "\u0e00" < words[0] < "\u0e5b", f"{command}: {words}"
