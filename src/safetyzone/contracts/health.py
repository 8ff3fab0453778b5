"""How a pole is: heartbeats and self-tests."""

from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime, Field

from safetyzone.contracts.press import PoleCode, Shape

HEARTBEAT_EVERY_S = 20
"""A pole says how it is this often; three missed ones and a margin make 90 s (EN 50136's SP5 is the pattern)."""

COMMAND_MEANT_FOR = timedelta(minutes=15)
"""A pole that comes back within this time hears the last command it missed. Later nobody waits under it for that light, and a siren
tested at noon is not one tested at three in the morning."""


class PoleHealth(Shape):
    """``sos/<pole>/health``: the heartbeat."""

    pole: PoleCode
    at: AwareDatetime
    battery_percent: int = Field(ge=0, le=100)
    mains: bool = True
    tamper: bool = False
    button_stuck: bool = False


Verdict = Literal["ok", "failed", "absent"]


class PoleSelfTest(Shape):
    """``sos/<pole>/selftest``: what the daily self-test found, part by part."""

    pole: PoleCode
    at: AwareDatetime
    button: Verdict
    lamp: Verdict
    battery: Verdict
    microphone: Verdict = "absent"
    speaker: Verdict = "absent"


class PoleStatus(Shape):
    """``cmd/<pole>/status``: what the lamp and the voice should say now."""

    incident: int
    state: Literal["received", "coming", "arrived", "closed"]
