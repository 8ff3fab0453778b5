"""Compare what was promised with what is stored: the only judge of "nothing lost, nothing doubled"."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg

from tests.proofs.memory import Key


@dataclass
class Stored:
    """One press as the database holds it, each number counted by its own query."""

    rows: int = 0
    incident: int = 0
    incident_exists: bool = False
    alerts: int = 0
    leaves: int = 0


@dataclass
class Verdict:
    """The three sets and what is wrong between them."""

    sent: int
    acked: int
    stored: int
    lost: list[Key] = field(default_factory=list)
    doubled: list[Key] = field(default_factory=list)
    differing: list[Key] = field(default_factory=list)
    """Two answers for one press that are not the same bytes, or an answer that names another incident than the stored one."""
    unknown: list[Key] = field(default_factory=list)
    """Stored, though nobody sent it."""

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.differing or self.unknown)

    def figures(self) -> dict[str, int]:
        return {
            "sent": self.sent, "acked": self.acked, "stored": self.stored, "lost": len(self.lost),
            "doubled": len(self.doubled) + len(self.differing), "unknown": len(self.unknown),
        }  # fmt: skip

    def say(self) -> None:
        print(
            f"sent {self.sent}, acked {self.acked}, stored {self.stored}; |acked - stored| {len(self.lost)}, "
            f"|stored twice| {len(self.doubled)}, |answers that differ| {len(self.differing)}, |stored - sent| {len(self.unknown)}",
            flush=True,
        )
        for name in ("lost", "doubled", "differing", "unknown"):
            for device, press_id in getattr(self, name)[:5]:
                print(f"  {name}: {device} {press_id}")


def judge(*, sent: Iterable[Key], promised: Mapping[Key, Sequence[str]], stored: Mapping[Key, Stored]) -> Verdict:
    """Pure: the three sets in, what is wrong between them out."""
    said = set(sent)
    verdict = Verdict(len(said), len(promised), len(stored))
    for key, answers in promised.items():
        kept = stored.get(key)
        if kept is None or not kept.incident_exists:
            verdict.lost.append(key)
        elif len(set(answers)) > 1 or orjson.loads(answers[0])["incident"] != kept.incident:
            verdict.differing.append(key)
    for key, kept in stored.items():
        if max(kept.rows, kept.alerts, kept.leaves) > 1:
            verdict.doubled.append(key)
        elif kept.alerts == 0 or kept.leaves == 0:
            verdict.lost.append(key)  # a press without its alert or its line in the audit log is half a press
        if key not in said:
            verdict.unknown.append(key)
    return verdict


def stored_presses(connection: "psycopg.Connection[Any]") -> dict[Key, Stored]:
    """Every press that the database holds, with how often each of its traces is there."""
    found: dict[Key, Stored] = {}
    for device, press_id, incident, exists in connection.execute(
        """
        SELECT press.device, press.press_id::text, press.incident_id, incident.id IS NOT NULL
        FROM sos_press AS press LEFT JOIN incidents_incident AS incident ON incident.id = press.incident_id
        """
    ):
        kept = found.setdefault((device, press_id), Stored())
        kept.rows, kept.incident, kept.incident_exists = kept.rows + 1, incident, exists
    device_of = {press_id: device for device, press_id in found}
    for name, query in (
        ("alerts", "SELECT facts->>'press', count(*) FROM alerts_alert WHERE facts ? 'press' GROUP BY 1"),
        ("leaves", "SELECT facts->>'press', count(*) FROM audit_leaf WHERE action = 'press.heard' GROUP BY 1"),
    ):
        for press_id, times in connection.execute(query):
            kept = found.setdefault((device_of.get(press_id, "?"), press_id), Stored())
            setattr(kept, name, times)
    return found
