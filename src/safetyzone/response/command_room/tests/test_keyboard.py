"""The two layouts, against what the keys really print."""

import pytest

from safetyzone.response.command_room import keyboard


def test_every_key_has_one_thai_sign_and_none_is_used_twice() -> None:
    assert len(keyboard.LATIN_TO_THAI) == 94  # all printable ASCII but the space
    assert len(keyboard.THAI_TO_LATIN) == 94


@pytest.mark.parametrize(
    ("meant", "typed"),
    [("a 41", "ฟ ภๅ"), ("d 41 LPN-1", "ก ภๅ ศญ์ขๅ"), ("?", "ฦ"), ("note", "ืนะำ"), ("u", "ี"), ("pole 17", "ยนสำ ๅึ")],
)
def test_latin_typed_with_the_thai_layout_on_is_read_back(meant: str, typed: str) -> None:
    assert keyboard.as_latin_keys(typed) == meant
    assert keyboard.as_thai_keys(meant) == typed


@pytest.mark.parametrize(
    ("meant", "typed"), [("รับ", "iy["), ("ส่ง", "lj'"), ("ปิด", "xbf"), ("คิว", "8b;"), ("แผนที่", "czomuj")]
)
def test_thai_typed_with_the_latin_layout_on_is_read_back(meant: str, typed: str) -> None:
    assert keyboard.as_thai_keys(typed) == meant


@pytest.mark.parametrize("word", ["41", "๔๑", "ภๅ", "#41"])
def test_a_number_is_read_in_every_way_it_is_typed(word: str) -> None:
    assert keyboard.as_number(word) == 41


@pytest.mark.parametrize("word", ["", "LPN-1", "4l", "-3", "²", "9" * 30, "กข"])
def test_what_is_no_number_is_none(word: str) -> None:
    assert keyboard.as_number(word) is None


def test_a_call_sign_is_read_with_either_layout() -> None:
    assert keyboard.as_code("lpn-2") == keyboard.as_code("สยืข/") == "LPN-2"
