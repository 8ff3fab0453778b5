"""The owner's yes and no: who may say them, how fast they count, and that they are on record."""

from datetime import timedelta

import pytest

from safetyzone.kernel.models import Change
from safetyzone.kernel.refusals import NotFound, NotYours
from safetyzone.kernel.sealed import unseal
from safetyzone.kernel.settings import settings as station_settings
from safetyzone.senses.cameras import access, actions, links, queries, rules
from safetyzone.senses.cameras.actions import BadEntry, ChangedMeanwhile
from safetyzone.senses.cameras.models import Camera, CameraOwner
from safetyzone.senses.cameras.news import SharingChanged
from safetyzone.senses.cameras.owner_actions import BadOwner
from safetyzone.senses.cameras.tests.town import NIGHT, OPERATOR, PLANNER, STATION, STRANGER, cells
from safetyzone.trust.audit.models import Leaf
from safetyzone.trust.audit.queries import acts_on

SOON = NIGHT + timedelta(seconds=5)


def holder_of(code: str) -> access.Owner:
    owner = CameraOwner.objects.get(cameras__code=code)
    return access.owner(owner.id, station=owner.station, language="th")


def may_look(code: str, *, nearest_m: float | None = 10, at=NIGHT) -> rules.Verdict:
    return queries.may_open(code, what="live", nearest_m=nearest_m, for_=OPERATOR, at=at)


def test_withdrawal_counts_at_the_next_look_and_every_console_is_told(add, heard):
    code = add()
    assert may_look(code).yes
    before = Change.objects.count()
    actions.withdraw(code=code, by=holder_of(code), at=SOON)
    verdict = may_look(code, at=SOON)
    assert (verdict.yes, verdict.why) == (False, "withdrawn")
    assert [change.things for change in Change.objects.order_by("id")[before:]] == [[["camera", code]]]
    (news,) = heard.of(SharingChanged)
    assert (news.code, news.withdrawn, news.by) == (code, True, holder_of(code).name)
    assert acts_on(f"camera:{code}")[-1].action == "camera.withdrawn"


def test_a_withdrawal_is_undone_by_sharing_again_and_only_by_the_owner(add):
    code = add()
    actions.withdraw(code=code, by=holder_of(code), at=NIGHT)
    with pytest.raises(rules.OnlyTheOwner):
        actions.share_again(code=code, by=PLANNER, at=NIGHT)
    assert not may_look(code).yes
    actions.share_again(code=code, by=holder_of(code), at=NIGHT)
    assert may_look(code).yes


def test_a_pause_ends_by_the_owners_hand_alone(add):
    code = add()
    actions.pause(code=code, by=PLANNER, at=NIGHT)
    assert may_look(code).why == "paused"
    with pytest.raises(rules.OnlyTheOwner):
        actions.resume(code=code, by=PLANNER, at=NIGHT)
    actions.resume(code=code, by=holder_of(code), at=NIGHT)
    assert may_look(code).yes


def test_the_stations_own_cameras_are_shared_again_by_its_officers(add):
    code = add(owner="สน.ลุมพินี", owner_kind="police")
    actions.withdraw(code=code, by=PLANNER, at=NIGHT)
    actions.share_again(code=code, by=PLANNER, at=NIGHT)
    actions.set_tier(code=code, tier="always", by=PLANNER, at=NIGHT)
    assert may_look(code, nearest_m=None).yes


def test_an_officer_may_narrow_what_a_private_owner_shares_and_never_widen_it(add):
    code = add()
    for wider in ({"tier": "always"}, {"tier": "during_incident", "live_radius_m": 500}):
        with pytest.raises(rules.OnlyTheOwner):
            actions.set_tier(code=code, **wider, by=PLANNER, at=NIGHT)
    actions.set_tier(code=code, tier="map_only", by=PLANNER, at=NIGHT)
    assert may_look(code).why == "map_only"
    actions.set_tier(code=code, tier="always", by=holder_of(code), at=NIGHT)
    assert may_look(code, nearest_m=None).yes


def test_doing_it_twice_is_no_fault_and_is_recorded_once(add):
    code = add()
    for _ in range(2):
        actions.withdraw(code=code, by=holder_of(code), at=NIGHT)
    assert [act.action for act in acts_on(f"camera:{code}")] == ["camera.added", "camera.withdrawn"]
    assert Camera.objects.get(code=code).version == 2


@pytest.mark.parametrize("deed", [actions.withdraw, actions.pause, actions.resume, actions.share_again])
def test_nobody_else_changes_the_sharing_of_a_camera(add, deed):
    code = add()
    add("B-2", owner="ร้านอื่น")
    with pytest.raises(NotYours):
        deed(code=code, by=OPERATOR, at=NIGHT)
    for who in (STRANGER, holder_of("B-2")):
        with pytest.raises(NotFound):
            deed(code=code, by=who, at=NIGHT)


def test_a_camera_of_another_station_is_not_to_be_found(add):
    code = add()
    for look in (queries.camera, queries.history):
        with pytest.raises(NotFound):
            look(code, for_=STRANGER)
    with pytest.raises(NotFound):
        queries.may_open(code, what="live", nearest_m=1, for_=STRANGER, at=NIGHT)
    with pytest.raises(NotFound):
        queries.cameras(STATION, for_=STRANGER)


def test_an_owner_enters_his_own_camera_and_no_one_elses(ground):
    number = actions.add_owner(station=STATION, name="ร้านทอง", kind="shop", by=PLANNER, at=NIGHT)
    holder = access.owner(number, station=STATION, language="th")
    code = actions.add_camera(station=STATION, given=cells(owner="สน.ลุมพินี", owner_kind="police", code=""), by=holder, at=NIGHT)
    (mine,) = queries.cameras_of(holder)
    assert (mine.code, mine.owner, mine.owner_kind) == (code, "ร้านทอง", "shop")
    with pytest.raises(NotFound):
        actions.add_camera(station="pattaya", given=cells(code=""), by=holder, at=NIGHT)


def test_an_owner_cannot_give_his_camera_away_or_prolong_an_agreement(add):
    code = add(contract_until="2026-11-01")
    actions.change_camera(
        code=code, given={"owner": "x", "owner_kind": "police", "contract_until": "", "address": "rtsp://10.0.0.9/1", "name_th": "ใหม่"},
        by=holder_of(code), at=NIGHT,
    )  # fmt: skip
    row = Camera.objects.get(code=code)
    assert (row.owner.kind, str(row.contract_until), row.address, row.name_th) == ("shop", "2026-11-01", "", "ใหม่")


def test_a_change_says_what_it_changed_and_the_log_keeps_no_names(add):
    code = add()
    assert actions.change_camera(code=code, given={"azimuth_deg": 100, "name_th": "บ้านคุณสมชาย"}, by=PLANNER, at=NIGHT) == (
        "name_th", "azimuth_deg",
    )  # fmt: skip
    assert acts_on(f"camera:{code}")[-1].facts == {"changed": {"azimuth_deg": [90.0, 100.0], "name_th": None}}


def test_who_saw_an_older_camera_does_not_overwrite_a_newer_one(add):
    code = add()
    actions.change_camera(code=code, given={"azimuth_deg": 100}, version=1, by=PLANNER, at=NIGHT)
    with pytest.raises(ChangedMeanwhile):
        actions.change_camera(code=code, given={"azimuth_deg": 200}, version=1, by=PLANNER, at=NIGHT)


def test_a_change_that_cannot_stand_names_every_field(add):
    code = add()
    with pytest.raises(BadEntry) as no:
        actions.change_camera(code=code, given={"azimuth_deg": 400, "height_m": 0}, by=PLANNER, at=NIGHT)
    assert [reason.field for reason in no.value.reasons] == ["height_m", "azimuth_deg"]
    with pytest.raises(BadEntry):
        add(code)


def test_a_retired_camera_is_gone_and_its_code_stays_its_own(add, heard):
    code = add()
    actions.retire_camera(code=code, why="ถอดออก", by=PLANNER, at=NIGHT)
    with pytest.raises(NotFound):
        queries.camera(code, for_=PLANNER)
    assert heard.of(SharingChanged)[-1].withdrawn
    with pytest.raises(BadEntry):
        add(code)


# ------------------------------------------------------------------ the owner and his link


def owner_and_token(at=NIGHT):
    number = actions.add_owner(station=STATION, name="ร้านทอง", kind="shop", by=PLANNER, at=at)
    return number, actions.give_owner_link(owner_id=number, by=PLANNER, at=at)


def test_a_link_opens_its_owners_page_until_its_end(ground):
    number, token = owner_and_token()
    assert queries.owner_by_link(token, at=NIGHT).owner_id == number
    queries.owner_by_link(token, at=NIGHT + links.GOOD_FOR - timedelta(seconds=1))
    with pytest.raises(queries.LinkIsOver):
        queries.owner_by_link(token, at=NIGHT + links.GOOD_FOR)


def test_a_new_link_ends_every_earlier_one(ground):
    number, old = owner_and_token()
    new = actions.renew_owner_link(owner_id=number, by=PLANNER, at=NIGHT)
    with pytest.raises(queries.LinkIsOver):
        queries.owner_by_link(old, at=NIGHT)
    assert queries.owner_by_link(new, at=NIGHT).owner_id == number


def test_no_letter_of_a_link_can_be_changed_cut_or_added(ground):
    _, token = owner_and_token()
    key = station_settings().master_key_cached()
    assert links.read(token, master_key=key) is not None
    changed = {token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :] for i in range(len(token))}
    for tampered in {*changed, *(token[:i] for i in range(len(token))), token + "A", token + "=", " " + token, "", "ก" * 59, "é" + token}:
        assert links.read(tampered, master_key=key) is None, tampered
    assert links.read(token, master_key=key + b"x") is None


def test_a_link_is_given_by_those_who_manage_cameras_and_that_is_on_record(ground):
    number, _ = owner_and_token()
    with pytest.raises(NotYours):
        actions.give_owner_link(owner_id=number, by=OPERATOR, at=NIGHT)
    with pytest.raises(NotFound):
        actions.renew_owner_link(owner_id=number, by=STRANGER, at=NIGHT)
    assert [act.action for act in acts_on(f"camera_owner:{number}")] == ["camera_owner.added", "camera_owner.link_given"]


def test_an_owners_contact_is_sealed_and_stands_in_no_log(ground):
    number, _ = owner_and_token()
    actions.change_owner_contact(owner_id=number, channel="sms", contact="๐๘๑-234 5678", by=PLANNER, at=NIGHT)
    row = CameraOwner.objects.get(id=number)
    assert b"0812345678" not in bytes(row.contact)
    assert unseal(bytes(row.contact), purpose="owner-contact", subject=str(number)) == "0812345678"
    assert not any("0812345678" in str(leaf.facts) + leaf.why for leaf in Leaf.objects.all())
    actions.change_owner_contact(owner_id=number, channel="none", contact="", by=PLANNER, at=NIGHT)
    assert bytes(CameraOwner.objects.get(id=number).contact) == b""


@pytest.mark.parametrize(("channel", "contact"), [("email", "nobody"), ("sms", "12"), ("line", ""), ("pigeon", "x")])
def test_a_contact_that_is_none_is_refused(ground, channel, contact):
    number, _ = owner_and_token()
    with pytest.raises(BadOwner):
        actions.change_owner_contact(owner_id=number, channel=channel, contact=contact, by=PLANNER, at=NIGHT)


def test_there_is_a_history_that_names_the_list_that_brought_a_camera(ground):
    from safetyzone.senses.cameras.tests.test_register import enter

    enter(cells("A-1"))
    actions.pause(code="A-1", by=PLANNER, at=SOON)
    assert [act.action for act in queries.history("A-1", for_=OPERATOR)] == ["camera.paused", "cameras.imported"]
