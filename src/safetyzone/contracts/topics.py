"""Where messages travel. MQTT writes ``sos/LPN-P017/press``; the same place is ``sos.LPN-P017.press`` on NATS."""

import re

STREAM = "SOS"
"""JetStream stream that keeps what poles say until intake has committed it."""

DEVICE_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
"""A pole's code: it becomes one token of a topic, so no dot, slash, star or space."""

PRESS, HEALTH, SELF_TEST = "press", "health", "selftest"
KEPT = (f"sos.*.{PRESS}", f"sos.*.{SELF_TEST}")
"""NATS subjects that the stream keeps. A heartbeat is not: the next one says more, and 100 a second need no disk."""
SPOKEN = (PRESS, HEALTH, SELF_TEST)
"""All that a pole may say; the bus refuses the rest."""
ACK, REFUSED, STATUS, SELF_TEST_NOW = "ack", "refused", "status", "selftest"


def said_by(pole: str, what: str) -> str:
    """MQTT topic on which a pole speaks."""
    return f"sos/{pole}/{what}"


def told_to(pole: str, what: str) -> str:
    """MQTT topic on which a pole is spoken to."""
    return f"cmd/{pole}/{what}"


def subject(topic: str) -> str:
    """The NATS subject of an MQTT topic."""
    return topic.replace("/", ".")
