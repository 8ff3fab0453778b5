"""The doctor sees what is wrong and says what to type."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from safetyzone.kernel.settings import settings
from safetyzone.programs import doctor
from safetyzone.programs.doctor import LOOK, WELL, WRONG, Finding
from safetyzone.programs.tests.authority import Authority


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free_port: Callable[[], int]) -> Callable[..., dict[str, Finding]]:
    """Examine a station with these settings; findings by subject, the gravest of each."""

    def look(**other: object) -> dict[str, Finding]:
        ports = {name: free_port() for name in ("web_port", "intake_port", "video_port", "nats_port", "mqtt_port", "mqtt_tls_port")}
        of = settings().model_copy(update={"state": tmp_path / "state", **ports, **other})
        monkeypatch.setattr(doctor, "settings", lambda: of)
        gravest: dict[str, Finding] = {}
        for finding in doctor.examine():
            held = gravest.get(finding.subject)
            if held is None or "✔!✘".index(finding.mark) > "✔!✘".index(held.mark):
                gravest[finding.subject] = finding
        return gravest

    return look


def test_a_station_not_yet_started_is_told_to_start(examined: Callable[..., dict[str, Finding]]) -> None:
    found = examined(database_url=None)
    assert found["database"].mark == LOOK
    assert found["database"].fix == "safetyzone run"
    assert found["ports"].mark == WELL


def test_a_database_that_does_not_answer_is_wrong(examined: Callable[..., dict[str, Finding]]) -> None:
    found = examined(database_url=SecretStr("postgresql://nobody@127.0.0.1:1/none"))
    assert found["database"].mark == WRONG


def test_a_database_without_our_tables_is_told_to_prepare(examined: Callable[..., dict[str, Finding]]) -> None:
    given = settings().database_url
    assert given is not None
    bare = psycopg.conninfo.make_conninfo(given.get_secret_value(), dbname="template1")
    found = examined(database_url=SecretStr(bare))
    assert found["database"].mark == WELL
    assert found["extensions"].mark == WELL
    assert (found["tables"].mark, found["tables"].fix) == (WRONG, "safetyzone prepare")


def test_secrets_that_others_may_read_are_wrong_and_the_fix_is_exact(
    examined: Callable[..., dict[str, Finding]], tmp_path: Path
) -> None:
    key = tmp_path / "state" / "secrets" / "master.key"
    key.parent.mkdir(parents=True)
    key.write_text("k")
    for path, mode in ((key, 0o644), (key.parent, 0o700), (key.parents[1], 0o700)):
        path.chmod(mode)
    found = examined()
    assert found["state"].mark == WRONG
    assert found["state"].fix == f"chmod go-rwx {key}"


def test_a_port_that_somebody_else_holds_is_named_with_its_setting(
    examined: Callable[..., dict[str, Finding]], nats_place: object
) -> None:
    found = examined(web_port=int(nats_place.url.rpartition(":")[2]))  # type: ignore[attr-defined]
    assert found["ports"].mark == WRONG
    assert "SAFETYZONE_WEB_PORT" in found["ports"].fix


def test_a_misspelt_setting_is_seen(examined: Callable[..., dict[str, Finding]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFETYZONE_WEBPORT", "80")
    assert "SAFETYZONE_WEBPORT" in examined()["settings"].en


def test_wrong_settings_are_a_finding_and_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFETYZONE_WEB_PORT", "many")
    settings.cache_clear()
    try:
        wrong = [finding for finding in doctor.examine() if finding.mark == WRONG]
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert any("SAFETYZONE_WEB_PORT" in finding.en for finding in wrong)


def test_a_station_that_was_never_backed_up_is_reminded(examined: Callable[..., dict[str, Finding]]) -> None:
    assert examined()["backup"].fix == "safetyzone backup FILE"


def test_every_finding_that_is_not_well_says_what_to_do(examined: Callable[..., dict[str, Finding]]) -> None:
    found = examined(database_url=None, state=Path("/nonexistent/of/this/test"))
    assert all(finding.fix for finding in found.values() if finding.mark != WELL)


@pytest.mark.parametrize(("days", "mark"), [(90, WELL), (22, WELL), (21, LOOK), (0, LOOK), (-2, WRONG)])
def test_the_days_left_of_the_poles_certificate_are_said(
    examined: Callable[..., dict[str, Finding]], tmp_path: Path, days: int, mark: str
) -> None:
    cert, key = Authority(tmp_path, "ours").gives("server", days=days)
    found = examined(mqtt_tls_cert=cert, mqtt_tls_key=key)["mqtt tls"]
    assert found.mark == mark
    assert (f"{days} days left" in found.en and "127.0.0.1" in found.en) or days < 0
    assert bool(found.fix) == (mark != WELL)


def test_a_certificate_that_cannot_be_used_is_wrong_and_says_why(
    examined: Callable[..., dict[str, Finding]], tmp_path: Path
) -> None:
    ours = Authority(tmp_path, "ours")
    cert, key = ours.gives("server")
    locked, nameless = ours.gives("locked", passphrase=b"x"), ours.gives("nameless", named=False)
    empty = tmp_path / "empty"
    empty.touch()
    for pair, why in (
        ((cert, ours.gives("other")[1]), "not that of the certificate"),
        ((tmp_path / "gone", key), "No such file"),
        ((cert, tmp_path / "gone"), "No such file"),
        ((empty, key), "cannot be read"),
        ((cert, empty), "cannot be read"),
        (locked, "cannot be read"),
        (nameless, "names no host"),
    ):
        found = examined(mqtt_tls_cert=pair[0], mqtt_tls_key=pair[1])["mqtt tls"]
        assert (found.mark, why in found.en) == (WRONG, True), (why, found)
    key.chmod(0o644)
    assert examined(mqtt_tls_cert=cert, mqtt_tls_key=key)["mqtt tls"].fix == f"chmod go-rwx {key}"


def test_a_station_whose_poles_come_over_a_network_without_tls_is_warned(examined: Callable[..., dict[str, Finding]]) -> None:
    assert examined(mqtt_host="0.0.0.0")["mqtt tls"].mark == LOOK  # noqa: S104 - looked at, not opened
    assert "mqtt tls" not in examined()
