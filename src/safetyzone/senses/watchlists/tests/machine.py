"""A state machine that tries to break the fifteen invariants: people, cameras and time in any order, on a real PostgreSQL.

After every step what is live is reckoned a second time (``oracle``), and every row is looked at. Each example is one transaction, undone.
Invariant 9 (searches) is the record's own; invariant 7's sentence is held by the tests of the pages.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from safetyzone.ground.officers.access import COMMAND_LINE, SYSTEM
from safetyzone.ground.officers.models import Officer
from safetyzone.ground.officers.queries import who
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import Refused
from safetyzone.senses.watchlists import (
    accuracy_actions,
    actions,
    activation_actions,
    hit_queries,
    list_actions,
    queries,
    retention_actions,
    stop_actions,
)
from safetyzone.senses.watchlists.list_actions import Photo
from safetyzone.senses.watchlists.models import Activation, Deletion, EvaluationRecord, Hit, HitFigure, Judgement, ListEntry
from safetyzone.senses.watchlists.tests import oracle
from safetyzone.senses.watchlists.tests.town import AT, DAY, HOUR, STATION, a_town, candidate, evaluation, reading, said
from safetyzone.trust.audit.models import Leaf
from safetyzone.trust.cases import actions as cases

PEOPLE = st.sampled_from(["asks", "approves", "outside", "judge", "second"])
CAMERAS = st.sampled_from(["C1", "C2"])
LISTS = st.sampled_from(["stolen", "warrant", "missing"])
NTH = st.integers(0, 30)
MINUTE = timedelta(minutes=1)
WAITS = st.sampled_from([MINUTE, 6 * MINUTE, HOUR, 13 * HOUR, 25 * HOUR, 49 * HOUR, 8 * DAY, 31 * DAY, 66 * DAY])
LASTS = st.sampled_from([HOUR, DAY, 73 * HOUR, 8 * DAY, 31 * DAY, 80 * DAY, 91 * DAY])
ANSWERS = st.sampled_from(["same", "same", "different", "different", "cannot_tell"])
CENTRE = Point(lon=100.542, lat=13.73)


class Broken(AssertionError):
    """An invariant does not hold; the message begins with its number."""


class WatchlistMachine(RuleBasedStateMachine):
    """People, cameras and time."""

    @initialize()
    def begins(self) -> None:
        self.undone = transaction.atomic()
        self.undone.__enter__()
        load_ground(by=COMMAND_LINE, at=AT)
        self.town, self.now, self.strangers, self.lists = a_town(at=AT), AT, [], {}
        EvaluationRecord.objects.filter(kind="plate").update(evaluated_at=AT - 300 * DAY)
        for name in ("stolen", "warrant", "missing"):
            self.lists[name] = self.town.make(name, lasts=300 * DAY)
        self.town.plate(self.lists["stolen"], lasts=80 * DAY)
        self.town.face(self.lists["warrant"], lasts=20 * DAY)
        self.town.on(self.lists["stolen"], lasts=30 * DAY, cameras=["C1"])
        self.town.on(self.lists["stolen"], lasts=75 * DAY, cameras=["C2"])
        self.town.on(self.lists["warrant"], lasts=6 * DAY)
        self.now += MINUTE

    def teardown(self) -> None:
        if hasattr(self, "undone"):
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    def by(self, name: str):
        return who(Officer.objects.get(username=name), at=self.now)

    def deed(self, act) -> object | None:
        """Do it in a transaction of its own, unless the answer is no. Whatever was done has left its line in the audit log."""
        before = Leaf.objects.count()
        try:
            with transaction.atomic():
                done = act()
        except Refused:
            return None
        if Leaf.objects.count() == before:
            raise Broken("10: a deed is not on record")
        return done

    @staticmethod
    def pick(rows, nth: int):
        found = list(rows.order_by("pk"))
        return found[nth % len(found)] if found else None

    # ------------------------------------------------------------------------------------------------------------- time and papers
    @rule(how_long=WAITS)
    def time_passes(self, how_long: timedelta) -> None:
        self.now += how_long

    @rule(
        name=LISTS,
        lasts=LASTS,
        source=st.sampled_from(["court_file", "family", "facebook"]),
        photo=st.sampled_from([b"12345678", b"abcdefgh"]),
    )
    def somebody_asks_for_an_entry(self, name: str, lasts: timedelta, source: str, photo: bytes) -> None:
        wanted = self.town.wanted(self.lists[name], at=self.now, lasts=lasts, warrant="ศาล 7" if name == "warrant" else "")
        if name == "stolen":
            self.deed(lambda: list_actions.ask_plate(wanted=wanted, plate=said(number="99"), by=self.by("asks"), at=self.now))
        else:
            pictured = Photo(content=photo, source=source)
            self.deed(lambda: list_actions.ask_face(wanted=wanted, photo=pictured, by=self.by("asks"), at=self.now))

    @rule(nth=NTH, person=PEOPLE, declares=st.booleans())
    def somebody_approves_an_entry(self, nth: int, person: str, declares: bool) -> None:
        if entry := self.pick(ListEntry.objects.filter(state="asked"), nth):
            self.deed(lambda: list_actions.approve_entry(entry_id=entry.pk, no_relation=declares, by=self.by(person), at=self.now))

    @rule(nth=NTH, verb=st.sampled_from(["withdraw", "recheck", "recheck"]))
    def an_entry_is_looked_up(self, nth: int, verb: str) -> None:
        if entry := self.pick(ListEntry.objects.filter(state="approved"), nth):
            more = {"why": "เพิกถอน"} if verb == "withdraw" else {}
            self.deed(lambda: getattr(list_actions, verb)(entry_id=entry.pk, by=self.by("asks"), at=self.now, **more))

    @rule(name=LISTS, lasts=LASTS, cameras=st.sampled_from([["C1"], ["C2"], ["C1", "C2"]]), court=st.booleans(), urgent=st.booleans())
    def somebody_asks_to_switch_on(self, name: str, lasts: timedelta, cameras: list[str], court: bool, urgent: bool) -> None:
        switch = self.town.switch(self.lists[name], at=self.now, lasts=lasts, cameras=cameras, court="ศาล 5" if court else "")
        act = activation_actions.break_glass if urgent else activation_actions.activate
        self.deed(lambda: act(switch=switch, by=self.by("asks"), at=self.now))

    @rule(nth=NTH, person=PEOPLE, declares=st.booleans())
    def somebody_approves_an_activation(self, nth: int, person: str, declares: bool) -> None:
        if one := self.pick(Activation.objects.filter(state__in=["asked", "urgent"]), nth):
            self.deed(lambda: activation_actions.approve(activation_id=one.pk, no_relation=declares, by=self.by(person), at=self.now))

    @rule(nth=NTH, person=PEOPLE)
    def somebody_stops_an_activation(self, nth: int, person: str) -> None:
        if one := self.pick(Activation.objects.filter(state__in=["approved", "urgent"]), nth):
            self.deed(lambda: activation_actions.suspend(activation_id=one.pk, why="พอแล้ว", by=self.by(person), at=self.now))

    @rule(kind=st.sampled_from(["plate", "face"]), person=PEOPLE, off=st.booleans())
    def the_kill_switch(self, kind: str, person: str, off: bool) -> None:
        act = stop_actions.kill if off else stop_actions.release
        self.deed(lambda: act(station=STATION, kind=kind, why="ตรวจสอบ", by=self.by(person), at=self.now))

    @rule(hours=st.sampled_from([None, 5, 60]))
    def a_place_is_protected(self, hours: int | None) -> None:
        until = None if hours is None else self.now + hours * HOUR
        self.deed(lambda: stop_actions.protect(
            station=STATION, kind="protest", name_th="ลานชุมนุม", centre=CENTRE, radius_m=50, since=self.now, until=until,
            by=self.by("approves"), at=self.now,
        ))  # fmt: skip

    @rule()
    def the_case_is_closed_and_opened_anew(self) -> None:
        cases.close(case_id=self.town.case_id, why="ปิด", by="asks", at=self.now)
        opened = {"number": self.town.case, "unit": STATION, "offence": "vehicle_theft", "officers": ["asks"]}
        self.town.case_id = cases.open_case(**opened, by="asks", at=self.now)

    @rule(kind=st.sampled_from(["plate", "face"]), withdrawn=st.booleans())
    def a_model_is_evaluated_or_its_card_withdrawn(self, kind: str, withdrawn: bool) -> None:
        if not withdrawn:
            with suppress(IntegrityError), transaction.atomic():  # the same model, class and day are one evaluation
                evaluation(kind, self.by("judge"), at=self.now)
        elif card := EvaluationRecord.objects.filter(kind=kind, withdrawn_at=None).first():
            by = self.by("judge")
            self.deed(lambda: accuracy_actions.withdraw_evaluation(evaluation_id=card.pk, station=STATION, why="ผิด", by=by, at=self.now))

    # ------------------------------------------------------------------------------------------------------------ what passes
    @rule(camera=CAMERAS, number=st.sampled_from(["7414", "7414", "99", "1234"]), accepted=st.booleans())
    def a_vehicle_passes(self, camera: str, number: str, accepted: bool) -> None:
        passing = reading(camera, said(number=number), at=self.now, accepted=accepted)
        self.compared(passing.id, camera, "plate", lambda: actions.compare([passing], by=SYSTEM, at=self.now))

    @rule(nth=NTH, other=NTH, camera=CAMERAS, score=st.sampled_from([0.3, 0.7, 0.9]))
    def vision_says_that_somebody_passes(self, nth: int, other: int, camera: str, score: float) -> None:
        entry, one = self.pick(ListEntry.objects.filter(kind="face"), nth), self.pick(Activation.objects.filter(kind="face"), other)
        if entry and one:
            seen = candidate(entry.pk, one.pk, code=camera, at=self.now, score=score)
            self.compared(seen.id, camera, "face", lambda: actions.take_candidate(seen, by=SYSTEM, at=self.now))

    def compared(self, passing: UUID, camera: str, kind: str, act) -> None:
        lawful, figures = oracle.live(self.now), HitFigure.objects.count()
        with transaction.atomic():
            act()
        hits = Hit.objects.filter(reading=passing)
        for hit in hits:
            if (hit.activation_id, hit.entry_id, camera) not in lawful or hit.kind != kind:
                raise Broken(f"1: {hit} came of what was not to be compared")
        if HitFigure.objects.count() - figures != hits.count():
            raise Broken("5: something is kept of what matched nothing")

    @rule(nth=NTH, person=PEOPLE, answer=ANSWERS)
    def somebody_judges(self, nth: int, person: str, answer: str) -> None:
        hit, by = self.pick(Hit.objects.filter(state="waiting"), nth), self.by(person)
        if hit is None:
            return
        if (
            not Judgement.objects.filter(hit=hit, officer=person).exists()
            and Hit.objects.filter(queries.visible(self.now), pk=hit.pk).exists()
        ):
            shown = hit_queries.card(hit.pk, for_=by, at=self.now)
            if shown.subject or shown.answers:
                raise Broken("7: a name or another's answer is shown before one's own")
        self.deed(lambda: (actions.judge(hit.pk, answer=answer, reason="เห็น", by=by, at=self.now), True))

    @rule(nth=NTH, found=st.sampled_from(["arrest", "recovered", "wrong"]), evidence=st.sampled_from(["", "เลขตัวถัง"]))
    def something_comes_of_it(self, nth: int, found: str, evidence: str) -> None:
        if hit := self.pick(Hit.objects.filter(state="confirmed"), nth):
            by = self.by("judge")
            self.deed(lambda: (actions.record_outcome(hit.pk, found=found, independent_evidence=evidence, by=by, at=self.now), True))

    @rule()
    def the_deletion_runs(self) -> None:
        with transaction.atomic():
            retention_actions.delete_due(by=SYSTEM, at=self.now)
        if Hit.objects.exclude(queries.visible(self.now)).exists():
            raise Broken("12: something that is over was not destroyed")
        if Deletion.objects.exclude(left=0).exists():
            raise Broken("12: a deletion left something")

    @rule(nth=NTH)
    def the_audit_log_is_full(self, nth: int) -> None:
        """What cannot be recorded does not happen: here, switching matching off."""

        def full(*acts, lane="desk"):
            raise DatabaseError("no space left")

        kept, stop_actions.record = stop_actions.record, full
        try:
            with suppress(DatabaseError, Refused), transaction.atomic():
                stop_actions.kill(station=STATION, kind="face", why="เต็ม", by=self.by("judge"), at=self.now)
                raise Broken("10: what could not be recorded happened all the same")
        finally:
            stop_actions.record = kept

    # -------------------------------------------------------------------------------------------------------------- after every step
    @invariant()
    def what_is_live_is_what_two_reckonings_say(self) -> None:
        if not hasattr(self, "now"):
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT activation, entry, camera FROM watchlists_live(%s)", [self.now])
            said_live = set(cursor.fetchall())
        lawful = oracle.live(self.now)
        if said_live != lawful:
            raise Broken(f"1: {sorted(said_live - lawful)} are live and may not be, {sorted(lawful - said_live)} may be and are not")
        wanted = {one for (_, _, one) in lawful}
        given = set(queries.plates_wanted_at(None, self.now)) | set(queries.faces_wanted_at(None, self.now))
        if given != wanted:
            raise Broken(f"1: vision is given {given}, and may be given {wanted}")

    @invariant()
    def every_row_is_lawful(self) -> None:
        if hasattr(self, "now") and (wrong := oracle.broken(self.now)):
            raise Broken("; ".join(wrong))

    @invariant()
    def what_nobody_approved_in_a_day_is_seen_by_nobody(self) -> None:
        if not hasattr(self, "now"):
            return
        over: datetime = self.now - 24 * HOUR
        unapproved = Hit.objects.filter(activation__urgent=True, activation__approved_at=None, activation__asked_at__lte=over)
        if unapproved.filter(queries.visible(self.now)).exists():
            raise Broken("12: a result of what nobody approved is still shown")
