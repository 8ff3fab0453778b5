"""Documents out of packets, and what becomes of them when packets are lost."""

from collections import Counter

from safetyzone.programs.vision.adapters.rtp import Join, packet
from safetyzone.programs.vision.adapters.tests.metadata_camera import fragments


def test_packets_are_read_with_padding_extension_and_sources_and_what_is_none_is_counted():
    plain = fragments(b"<a/>", 100, number=7, stamp=9)[0]
    one = packet(b"\xb1" + plain[1:12] + b"\0\0\0\1" + b"\xab\xac\0\1----" + b"<a/>" + b"\0\0\3")
    assert one is not None
    assert (one.payload, one.last, one.number, one.payload_type) == (b"<a/>", True, 7, 107)
    join = Join(107, Counter())
    wrong = [b"", plain[:11], b"\x40" + plain[1:], b"\x9f" + plain[1:], b"\x90" + plain[1:12], b"\xa0" + plain[1:12] + b"\xff"]
    assert [join.add(one) for one in wrong] == [None] * 6
    assert join.refused == {"not_rtp": 6}
    assert join.add(plain) == b"<a/>"


def join_of(*packets: bytes) -> tuple[list[bytes], dict[str, int]]:
    join = Join(107, Counter())
    return [whole for one in packets if (whole := join.add(one)) is not None], dict(join.refused)


def test_what_is_lost_costs_its_own_document_and_no_other():
    whole_a, whole_b = b"<MetadataStream>" + b"a" * 35, b"<?xml ?><b/>"
    first, second = fragments(whole_a, 17, number=65_535, stamp=1), fragments(whole_b, 8, number=2, stamp=2)
    assert join_of(*first, *second) == ([whole_a, whole_b], {})
    assert join_of(first[0], first[2], *second) == ([whole_b], {"cut": 1})  # its middle
    assert join_of(*first[:2], *second) == ([whole_b], {"cut": 1})  # its end
    assert join_of(first[0], second[1], *fragments(b"<c/>", 9, number=4, stamp=3)) == ([b"<c/>"], {"cut": 1})  # an end with a beginning
    other = fragments(b"<c/>", 9, number=1, stamp=1, payload_type=98)
    assert join_of(*first, *other, *second) == ([whole_a, whole_b], {})
    unmarked = [bytes([one[0], one[1] & 0x7F]) + one[2:] for one in first]
    assert join_of(*unmarked, *second) == ([whole_b], {"cut": 1})
