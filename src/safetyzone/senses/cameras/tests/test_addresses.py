"""No form of an address leads the probe anywhere but to where cameras may stand (threat T17)."""

import ipaddress
from collections.abc import Sequence

import pytest

from safetyzone.kernel.refusals import Refused
from safetyzone.senses.cameras.addresses import AddressOutside, NameUnknown, NotACameraAddress, checked, parse

NETWORKS = [ipaddress.ip_network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")]
OWN = {8000, 8001, 4222, 1883, 5432}
NAMES = {
    "cam.lan": ["10.1.2.3"], "two.lan": ["10.1.2.3", "10.1.2.4"], "half.lan": ["10.1.2.3", "127.0.0.1"], "meta.lan": ["169.254.169.254"],
    "loop.lan": ["127.0.0.1"], "localhost": ["127.0.0.1", "::1"], "mapped.lan": ["::ffff:127.0.0.1"], "mappedcam.lan": ["::ffff:10.1.2.3"],
    "zone.lan": ["fe80::1%eth0"], "world.lan": ["8.8.8.8"], "none.lan": [], "nonsense.lan": ["10.1"], "zero.lan": ["0.0.0.0"],  # noqa: S104
    "six.lan": ["10.1.2.3", "::1"], "1.2.3.4.nip.io": ["127.0.0.1"],
}  # fmt: skip


def answer(name: str) -> Sequence[str]:
    return NAMES.get(name, [])


ODD = ["", " ", "rtsp://10.1.2.3/a b", "rtsp://10.1.2.3/\r\nDESCRIBE", "\nrtsp://10.1.2.3/", "rtsp://10.1.2.3/\x00"]
LONG = ["rtsp://10.1.2.3/" + "a" * 200, "rtsp://" + "a." * 90 + "x\t/"]
FORMS = """
http://10.1.2.3/ https://10.1.2.3/ file:///etc/passwd ftp://10.1.2.3/ exec:id ffmpeg:x concat:a|b rtmp://10.1.2.3/ rtspu://10.1.2.3/
rtsp:10.1.2.3 rtsp:/10.1.2.3 rtsp:///x rtsp:// //10.1.2.3/ 10.1.2.3 -i -rtsp://10.1.2.3 rtsp://:554/ rtsp://.../
rtsp://u:p@10.1.2.3/ rtsp://u@10.1.2.3/ rtsp://@10.1.2.3/ rtsp://10.1.2.3@127.0.0.1/ rtsp://127.0.0.1#@10.1.2.3/ rtsp://10.1.2.3\\@127.0.0.1/
rtsp://127.0.0.1/ rtsp://127.0.0.1:5432/ rtsp://127.1/ rtsp://127.0.1/ rtsp://2130706433/ rtsp://0x7f000001/ rtsp://0x7f.1/ rtsp://0x7f.0.0.1/
rtsp://017700000001/ rtsp://0177.0.0.1/ rtsp://127.0.0.01/ rtsp://010.1.2.3/ rtsp://10.1/ rtsp://0/ rtsp://0.0.0.0/ rtsp://0.1.2.3/
rtsp://127.0.0.1./ rtsp://127.255.255.254/ rtsp://1.1.1.1.0x7f/ rtsp://0x/ rtsp://10.1.2.999/
rtsp://169.254.169.254/ rtsp://2852039166/ rtsp://[fd00:ec2::254]/ rtsp://100.100.100.200/ rtsp://169.254.1.1/
rtsp://224.0.0.1/ rtsp://239.255.255.250/ rtsp://255.255.255.255/ rtsp://240.0.0.1/ rtsp://8.8.8.8/ rtsp://172.32.0.1/ rtsp://11.0.0.1/
rtsp://[::1]/ rtsp://[::]/ rtsp://[::ffff:127.0.0.1]/ rtsp://[::ffff:7f00:1]/ rtsp://[::ffff:10.1.2.3]/ rtsp://[::127.0.0.1]/ rtsp://[64:ff9b::7f00:1]/
rtsp://[2002:7f00:1::]/ rtsp://[fe80::1]/ rtsp://[fe80::1%25eth0]/ rtsp://[fe80::1%eth0]/ rtsp://[fd00::1%eth0]/ rtsp://[ff02::1]/ rtsp://[2001:db8::1]/
rtsp://[10.1.2.3]/ rtsp://[fd00::1/ rtsp://fd00::1/ rtsp://[fd00::1]x/ rtsp://[v1.x]/ rtsp://[]/
rtsp://10.1.2.3:0/ rtsp://10.1.2.3:65536/ rtsp://10.1.2.3:-1/ rtsp://10.1.2.3:x/ rtsp://10.1.2.3:/ rtsp://10.1.2.3:554:5432/
rtsp://10.1.2.3:8000/ rtsp://10.1.2.3:5432/ rtsp://cam.lan:4222/ rtsp://10%2e1.2.3/ rtsp://%31%30.1.2.3/
rtsp://１２７.0.0.1/ rtsp://①⑩.1.2.3/ rtsp://127。0。0。1/ rtsp://camera。lan/ rtsp://-cam.lan/ rtsp://cam-.lan/ rtsp://cam..lan/ 
rtsp://cam_1.lan/ rtsp://a,b/
rtsp://half.lan/ rtsp://meta.lan/ rtsp://loop.lan/ rtsp://localhost/ rtsp://mapped.lan/ rtsp://mappedcam.lan/ rtsp://zone.lan/ rtsp://world.lan/
rtsp://none.lan/ rtsp://nonsense.lan/ rtsp://zero.lan/ rtsp://six.lan/ rtsp://unknown.lan/ rtsp://1.2.3.4.nip.io/ rtsp://10.1.2.3/#x
"""
NASTY = [*FORMS.split(), *ODD, *LONG]


@pytest.mark.parametrize("address", NASTY)
def test_a_nasty_address_is_refused_in_both_languages(address: str) -> None:
    with pytest.raises(Refused) as no:
        checked(address, allowed=NETWORKS, own_ports=OWN, resolve=answer)
    assert no.value.say("th") != no.value.say("en")
    assert "10.1" not in no.value.say("en"), "a refusal does not repeat what might hold a password"


def test_there_are_enough_nasty_forms() -> None:
    assert len(set(NASTY)) >= 60


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("rtsp://10.1.2.3", "rtsp://10.1.2.3:554/"),
        ("RTSP://10.1.2.3:8554/a?b=1", "rtsp://10.1.2.3:8554/a?b=1"),
        ("rtsps://192.168.1.9/x", "rtsps://192.168.1.9:322/x"),
        ("rtsp://[fd00:0:0::5]:554/", "rtsp://[fd00::5]:554/"),
        ("rtsp://two.lan/live", "rtsp://10.1.2.3:554/live"),
    ],
)
def test_a_camera_s_address_becomes_the_literal_that_was_checked(address: str, url: str) -> None:
    assert checked(address, allowed=NETWORKS, own_ports=OWN, resolve=answer).url == url


def test_a_name_is_resolved_once_so_that_rebinding_gains_nothing() -> None:
    asked: list[str] = []

    def rebinding(name: str) -> Sequence[str]:
        asked.append(name)
        return ["10.1.2.3"] if len(asked) == 1 else ["127.0.0.1"]

    assert checked("rtsp://cam.lan/", allowed=NETWORKS, own_ports=OWN, resolve=rebinding).number == "10.1.2.3"
    assert asked == ["cam.lan"]


def test_loopback_is_open_only_when_named_not_when_the_whole_world_is() -> None:
    world, loopback = [ipaddress.ip_network("0.0.0.0/0")], [ipaddress.ip_network("127.0.0.0/8")]
    assert checked("rtsp://127.0.0.1:9554/", allowed=loopback, own_ports=OWN, resolve=answer).number == "127.0.0.1"
    with pytest.raises(AddressOutside):
        checked("rtsp://127.0.0.1:9554/", allowed=world, own_ports=OWN, resolve=answer)


def test_a_demo_opens_the_one_port_of_its_pretend_cameras_and_nothing_else_on_this_machine() -> None:
    def demo(address: str, port: int = 9554) -> str:
        return checked(address, allowed=NETWORKS, own_ports=OWN, resolve=answer, pretend_port=port).url

    assert demo("rtsp://127.0.0.1:9554/LPN-C001") == "rtsp://127.0.0.1:9554/LPN-C001"
    for other in ("rtsp://127.0.0.1:9555/x", "rtsp://127.0.0.2:9554/x", "rtsp://[::1]:9554/x", "rtsp://127.0.0.1/x"):
        with pytest.raises(AddressOutside):
            demo(other)
    with pytest.raises(AddressOutside):
        demo("rtsp://127.0.0.1:9554/x", 0)
    with pytest.raises(AddressOutside):  # even the pretend port is refused where it is one of our own
        demo(f"rtsp://127.0.0.1:{next(iter(OWN))}/x", next(iter(OWN)))


def test_refusals_say_what_kind_of_no_it_is() -> None:
    with pytest.raises(NotACameraAddress):
        parse("http://10.1.2.3/")
    with pytest.raises(NameUnknown):
        checked("rtsp://unknown.lan/", allowed=NETWORKS, own_ports=OWN, resolve=answer)
