"""Where messages travel."""

import pytest

from safetyzone.contracts import topics


def test_a_pole_speaks_and_is_spoken_to_on_topics_of_its_own() -> None:
    assert topics.said_by("LPN-P017", topics.PRESS) == "sos/LPN-P017/press"
    assert topics.told_to("LPN-P017", topics.ACK) == "cmd/LPN-P017/ack"
    assert topics.subject("sos/LPN-P017/press") == "sos.LPN-P017.press"


@pytest.mark.parametrize("code", ["a b", "a.b", "a/b", "a*", "+", "#", ">", "", "-a", "x" * 33, "เสา"])
def test_a_code_that_could_reach_into_another_topic_is_no_code(code: str) -> None:
    assert topics.DEVICE_CODE.fullmatch(code) is None
