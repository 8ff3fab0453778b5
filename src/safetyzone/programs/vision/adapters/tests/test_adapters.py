"""Frigate and ONVIF Profile M, over a real MQTT broker; and messages that are not what they should be."""

import asyncio
import json
import subprocess
import time

import aiomqtt
import pytest

from safetyzone.programs.nats import binary
from safetyzone.programs.vision.adapters import BadMessage, frigate, onvif
from safetyzone.programs.vision.adapters.listening import Listener

AT = 1_790_000_000.5
NAMES = {"front_gate": "LP-0412"}
EVENT = {
    "type": "update", "before": {},
    "after": {
        "id": "1790000000.1-ab12", "camera": "front_gate", "frame_time": AT, "start_time": AT - 2, "label": "car", "box": [10, 20, 110, 80],
        "recognized_license_plate": "6กพ 7414", "recognized_license_plate_score": 0.94,
    },
}  # fmt: skip
UPDATE = {"type": "lpr", "id": "x-1", "name": "?", "plate": "1กข234", "score": 0.6, "camera": "front_gate", "timestamp": AT}
METADATA = """<?xml version="1.0"?>
<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"><tt:VideoAnalytics><tt:Frame UtcTime="2026-11-23T21:04:05.250Z">
<tt:Object ObjectId="12"><tt:Appearance><tt:VehicleInfo><tt:Type Likelihood="0.9">Truck</tt:Type></tt:VehicleInfo>
<tt:LicensePlateInfo>
<tt:PlateNumber Likelihood="0.97">30-1532</tt:PlateNumber><tt:IssuingEntity>ชลบุรี</tt:IssuingEntity></tt:LicensePlateInfo>
</tt:Appearance></tt:Object><tt:Object ObjectId="13"/></tt:Frame></tt:VideoAnalytics></tt:MetadataStream>"""
ONVIF_EVENT = {
    "UtcTime": "2026-11-23T21:04:05Z",
    "Data": {"ObjectId": "7", "LicensePlateInfo": {"PlateNumber": {"Value": "กข1234", "Likelihood": 0.91}}},
}


def said(one: dict) -> bytes:
    return json.dumps(one).encode()


def test_an_event_of_frigate_is_a_reading_and_its_repetition_is_the_same_one():
    one = frigate.read("frigate/events", said(EVENT), NAMES)
    assert one is not None
    assert (one.camera, one.source, one.plate.series, one.plate.number) == ("LP-0412", "frigate", "6กพ", "7414")
    assert (one.at_ms, one.first_ms, one.box, one.vehicle) == (1_790_000_000_500, 1_789_999_998_500, (10, 20, 100, 60), "car")
    assert (one.sure, one.accepted) == (0.94, True)
    later = {**EVENT, "type": "end", "after": {**EVENT["after"], "frame_time": AT + 1}}
    again = frigate.read("frigate/events", said(later), NAMES)
    assert again is not None
    assert again.id == one.id


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"recognized_license_plate": ["1กข 99", 0.8]}, "99"),
        ({"recognized_license_plate": None, "sub_label": ["1กข 99", 0.8]}, "99"),
        ({"recognized_license_plate": None, "sub_label": "สมชาย"}, ""),
    ],
)
def test_frigate_says_a_plate_in_more_than_one_way(more, text):
    one = frigate.read("frigate/events", said({**EVENT, "after": {**EVENT["after"], **more}}), NAMES)
    assert (one.plate.number if one else "") == text


def test_an_update_of_frigate_that_is_unsure_is_a_doubtful_reading():
    one = frigate.read("frigate/tracked_object_update", said(UPDATE), NAMES)
    assert one is not None
    assert (one.plate.number, one.accepted) == ("234", False)
    assert frigate.read("frigate/tracked_object_update", said({**UPDATE, "type": "description"}), NAMES) is None


def test_metadata_of_profile_m_is_a_reading_with_its_province():
    (one,) = onvif.read(METADATA.encode(), "LP-0412")
    assert (one.source, one.plate.series, one.plate.number, one.plate.province, one.vehicle) == ("onvif", "30", "1532", "ชลบุรี", "truck")
    assert (one.at_ms % 1000, one.sure, one.accepted) == (250, 0.97, True)


def test_an_event_of_profile_m_is_a_reading_and_one_of_something_else_is_none():
    (one,) = onvif.read(said(ONVIF_EVENT), "LP-0412")
    assert (one.plate.series, one.plate.number, one.track) == ("กข", "1234", "7")
    assert onvif.read(said({"UtcTime": "2026-11-23T21:04:05Z", "Data": {"IsMotion": True}}), "LP-0412") == []


BAD = [
    ("frigate/events", b"{", "not_json"),
    ("frigate/events", b"[]", "wrong_shape"),
    ("frigate/events", said({**EVENT, "after": {**EVENT["after"], "camera": "elsewhere"}}), "unknown_camera"),
    ("frigate/events", said({**EVENT, "after": {**EVENT["after"], "recognized_license_plate": "HELLO 1"}}), "not_thai"),
    ("frigate/events", said({**EVENT, "after": {**EVENT["after"], "frame_time": 5}}), "bad_time"),
    ("frigate/events", b"{" + b" " * 300_000 + b"}", "too_large"),
    ("frigate/tracked_object_update", said({**UPDATE, "plate": ""}), "no_plate"),
    ("gate/onvif", b"<a><!DOCTYPE x></a>", "not_xml"),
    ("gate/onvif", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "not_xml"),
    ("gate/onvif", b"<a/>", "wrong_shape"),
    ("gate/onvif", said({"UtcTime": "yesterday", "Data": ONVIF_EVENT["Data"]}), "bad_time"),
    ("gate/onvif", said({"UtcTime": "2026-11-23T21:04:05Z", "Data": {"LicensePlateInfo": {}}}), "no_plate"),
]


@pytest.mark.parametrize(("topic", "payload", "name"), BAD, ids=[f"{topic}-{name}-{n}" for n, (topic, _, name) in enumerate(BAD)])
def test_a_message_that_is_not_what_it_should_be_is_refused_by_name_and_repeats_nothing(topic, payload, name):
    with pytest.raises(BadMessage) as refused:
        frigate.read(topic, payload, NAMES) if topic.startswith("frigate") else onvif.read(payload, "LP-0412")
    assert (refused.value.name, str(refused.value)) == (name, name)


def test_what_frigate_doubts_is_told_once_and_at_its_best_when_the_object_has_passed(monkeypatch):
    now, told, wanted = [100.0], [], {"LP-0412"}
    monkeypatch.setattr("safetyzone.programs.vision.adapters.listening.time.monotonic", lambda: now[0])
    listener = Listener({"frigate:front_gate": "LP-0412"}, lambda code: code in wanted, told.append)

    def says(plate: str, score: float, track: str = "t1") -> None:
        after = {**EVENT["after"], "id": track, "recognized_license_plate": plate, "recognized_license_plate_score": score}
        listener.hear("frigate/events", said({**EVENT, "after": after}))

    for plate, score in (("1กก1234", 0.5), ("1กก1284", 0.7), ("1กก1234", 0.6)):
        says(plate, score)
        now[0] += 2
        listener.tick()
    assert told == []
    now[0] += 2
    listener.tick()
    assert [one.plate.number for one in told] == ["1284"]
    says("2ขข777", 0.5, "t2")
    wanted.clear()
    now[0] += 10
    assert listener.tick() == []  # its list ended while it passed


def test_over_a_real_broker_readings_come_through_bad_ones_are_counted_and_without_work_nothing_is_kept(tmp_path, free_port):
    port, mqtt = free_port(), free_port()
    configuration = tmp_path / "broker.conf"
    store = f'jetstream {{ store_dir: "{tmp_path}/store" }}'
    configuration.write_text(f'server_name: t\nlisten: "127.0.0.1:{port}"\n{store}\nmqtt {{ listen: "127.0.0.1:{mqtt}" }}\n')
    told, wanted = [], {"LP-0412", "LP-0500"}
    names = {"frigate:front_gate": "LP-0412", "onvif:gate5/onvif-ej/#": "LP-0500", "frigate:yard": "LP-0600"}
    listener = Listener(names, lambda code: code in wanted, told.append)

    async def story() -> None:
        listening = asyncio.create_task(listener.run("127.0.0.1", mqtt))
        try:
            async with aiomqtt.Client("127.0.0.1", mqtt) as device:
                end = time.monotonic() + 20
                while len({one.camera for one in told}) < 2 and time.monotonic() < end:
                    await device.publish("frigate/events", said(EVENT), qos=1)
                    await device.publish("frigate/events", b"{", qos=1)
                    await device.publish("gate5/onvif-ej/VideoSource", METADATA.encode(), qos=1)
                    await device.publish("frigate/events", said({**EVENT, "after": {**EVENT["after"], "camera": "yard"}}), qos=1)
                    await asyncio.sleep(0.2)
        finally:
            listening.cancel()

    process = subprocess.Popen([binary(), "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        asyncio.run(_when_open(mqtt))
        asyncio.run(story())
    finally:
        process.terminate()
        process.wait(10)
    assert sorted(one.camera for one in told) == ["LP-0412", "LP-0500"]  # once, however often it was said; the yard has no work
    assert listener.refused["not_json"] >= 1
    assert set(listener.refused) == {"not_json"}


async def _when_open(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
