"""What operators type, and what it means."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safetyzone.kernel.geometry import Point
from safetyzone.response.command_room.commands import ENTRIES, Command, NotACommand, Verb, find_verb, parse


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a 41", Command(Verb.ANSWER, incident=41)),
        ("/a 41", Command(Verb.ANSWER, incident=41)),
        ("a", Command(Verb.ANSWER)),
        ("answer #41", Command(Verb.ANSWER, incident=41)),
        ("ans 41", Command(Verb.ANSWER, incident=41)),
        ("รับ ๔๑", Command(Verb.ANSWER, incident=41)),
        ("d 41 lpn-1 LPN-2 lpn-1", Command(Verb.DISPATCH, incident=41, units=("LPN-1", "LPN-2"))),
        ("ส่ง 41 LPN-1", Command(Verb.DISPATCH, incident=41, units=("LPN-1",))),
        ("e LPN-1", Command(Verb.EN_ROUTE, units=("LPN-1",))),
        ("ถึง LPN-1", Command(Verb.ON_SCENE, units=("LPN-1",))),
        ("c 41 no injury", Command(Verb.CLOSE, incident=41, words="no injury")),
        ("s LPN-1 free", Command(Verb.STATUS, units=("LPN-1",), duty="free")),
        ("s Engine 2 out of service", Command(Verb.STATUS, units=("ENGINE 2",), duty="off")),
        ("สถานะ LPN-1 ว่าง", Command(Verb.STATUS, units=("LPN-1",), duty="free")),
        ("n 2 13.7445,100.5398 วิวาท", Command(Verb.NEW, priority=2, point=Point(100.5398, 13.7445), words="วิวาท")),
        ("n คนหกล้ม", Command(Verb.NEW, words="คนหกล้ม")),
        ("note 41 เห็นคนเจ็บ 2 คน", Command(Verb.NOTE, incident=41, words="เห็นคนเจ็บ 2 คน")),
        ("pole 17", Command(Verb.POLE, pole="17")),
        ("เสา LPN-P017", Command(Verb.POLE, pole="LPN-P017")),
        ("u", Command(Verb.UNITS)),
        ("q", Command(Verb.QUEUE)),
        ("?", Command(Verb.HELP)),
    ],
)
def test_a_line_is_read(line: str, expected: Command) -> None:
    assert parse(line) == expected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ฟ ภๅ", "a 41"),
        ("ก ภๅ สยืขๅ", "d 41 lpn-1"),
        ("iy[ 41", "รับ 41"),
        ("ี", "u"),
        ("ฦ", "?"),
        ("ห สยืขๅ ดพำำ", "s lpn-1 free"),
        ("s LPN-1 ดพำำ", "s LPN-1 free"),
        ("s LPN-1 ;jk'", "s LPN-1 ว่าง"),
        ("lj' 41 LPN-1", "ส่ง 41 LPN-1"),
    ],
)
def test_the_wrong_layout_means_the_same(typed: str, meant: str) -> None:
    assert parse(typed) == parse(meant)


@pytest.mark.parametrize(
    "line",
    ["", " ", "/", "zzz", "a x", "d 41", "d", "s LPN-1", "s free", "note 41", "pole", "u now", "n 99,200 x", "e", "9" * 700],
)
def test_what_cannot_be_read_is_refused_with_an_example(line: str) -> None:
    with pytest.raises(NotACommand) as refused:
        parse(line)
    assert refused.value.facts["example"]
    assert refused.value.say("th")
    assert refused.value.say("en")


def test_every_verb_is_found_by_its_key_its_name_and_its_thai_names() -> None:
    for entry in ENTRIES:
        for name in (entry.key, str(entry.verb), *entry.thai):
            assert find_verb(name) == entry, name


def test_every_example_can_be_read() -> None:
    assert {parse(entry.example).verb for entry in ENTRIES} == set(Verb)


@given(st.text(max_size=700))
def test_nothing_typed_breaks_the_bar(line: str) -> None:
    with contextlib.suppress(NotACommand):
        assert parse(line).verb in Verb
