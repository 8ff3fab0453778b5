"""The grammar of Thai plates, fed with all that a person may type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safetyzone.contracts import plates
from safetyzone.contracts.plates import Form, VehicleClass, normalise, parse, province_of

LETTER = st.sampled_from(plates.CONSONANTS)
NUMBER = st.integers(1, 9999).map(str)
CAR = st.builds(lambda digit, a, b, number: digit + a + b + number, st.sampled_from(["", *"123456789"]), LETTER, LETTER, NUMBER)
FIRST = st.sampled_from("123456789" + plates.CONSONANTS)
MOTORCYCLE = st.builds(lambda first, a, b, number: first + a + b + number, FIRST, LETTER, LETTER, NUMBER)
HEAVY = st.builds("{:02d}-{:04d}".format, st.integers(0, 99), st.integers(0, 9999))
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def test_there_are_77_provinces_and_betong():
    assert len(plates.PROVINCES) == 78
    assert len({province.code for province in plates.PROVINCES}) == len(set(plates.NAMES)) == 78
    assert province_of("9502").th == "เบตง"
    assert len(set(plates.CONSONANTS)) == 42


@pytest.mark.parametrize(
    ("typed", "text", "form"),
    [
        ("6กพ7414", "6กพ7414", Form.CAR),
        (" ๖กพ ๗๔๑๔ ", "6กพ7414", Form.CAR),
        ("บน-8904", "บน8904", Form.CAR),
        ("กกข 1", "กกข1", Form.MOTORCYCLE),
        ("30 1532", "30-1532", Form.HEAVY),
        ("30–1532", "30-1532", Form.HEAVY),
        ("1ก-2345", "1ก2345", Form.OLD),
        ("สมคิด 1", "สมคิด1", Form.VANITY),
        ("รวยดี 9", "รวยดี9", Form.VANITY),
    ],
)
def test_a_plate_has_one_spelling(typed, text, form):
    plate = parse(typed)
    assert (plate.text, plate.form) == (text, form)


@given(CAR | MOTORCYCLE | HEAVY)
def test_what_is_shown_or_typed_in_thai_digits_is_the_same_plate(text):
    plate = parse(text)
    assert parse(plate.shown) == parse(plate.text) == parse(text.translate(THAI_DIGITS)) == plate
    assert plate.text == text


@given(MOTORCYCLE)
def test_every_motorcycle_plate_can_be_said_to_be_one(text):
    assert parse(text, vehicle_class="motorcycle").vehicle_class is VehicleClass.MOTORCYCLE


@given(st.text(max_size=12))
def test_any_text_is_a_plate_or_refused_in_two_languages(text):
    try:
        said = parse(text)
    except plates.BadPlate as refusal:
        said = refusal
    if isinstance(said, plates.Plate):
        assert normalise(said.text) == said.text
        assert plates.forms_of(said.text)
    else:
        assert said.say("th") != said.say("en")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", plates.EmptyPlate), (" - ", plates.EmptyPlate), ("ABC123", plates.UnknownCharacter), ("ฃก123", plates.UnknownCharacter),
        ("กข", plates.BrokenGrammar), ("กข0123", plates.BrokenGrammar), ("0กข123", plates.BrokenGrammar), ("กข12345", plates.BrokenGrammar),
        ("สมคิดดี12", plates.BrokenGrammar), ("่ก1", plates.BrokenGrammar),
    ],
)
def test_what_is_no_plate_is_refused_by_its_reason(typed, why):
    with pytest.raises(why):
        parse(typed)


def test_a_class_carries_only_plates_of_its_forms():
    with pytest.raises(plates.WrongClass):
        parse("30-1532", vehicle_class="motorcycle")
    with pytest.raises(plates.WrongClass):
        plates.Plate("กกข", "1", "", VehicleClass.TAXI)


@pytest.mark.parametrize("words", ["กทม.", "Bangkok", "10", "จังหวัดกรุงเทพมหานคร", "กรุงเทพฯ"])
def test_a_province_answers_to_its_names(words):
    assert province_of(words).th == "กรุงเทพมหานคร"


def test_an_unknown_province_is_refused():
    with pytest.raises(plates.UnknownProvince):
        parse("กข1", province="แอตแลนติส")


def test_a_plate_does_not_print_itself():
    plate = parse("6กพ7414", province="กทม")
    assert "7414" not in f"{plate!r} {plate}"
    assert plate.key == ("6กพ", "7414", "กรุงเทพมหานคร", "car")
