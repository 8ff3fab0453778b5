"""The register of cases: what a search, a list or an evidence package is for. No name of a suspect or a victim stands here."""

from django.db import models
from django.db.models import F, Q

from safetyzone.trust.cases.rules import OFFENCES


class Case(models.Model):
    """คดี: a case of one unit, by the number on its file. ``unit`` is the code of the station or bureau whose case it is.

    A closed case is never opened again under its row: ``opened_at`` and ``closed_at`` are a half-open span, so whether it was open at
    any moment can be asked for ever.
    """

    number = models.CharField(max_length=40)
    unit = models.CharField(max_length=16)
    offence = models.CharField(max_length=24, choices=[(code, code) for code in OFFENCES])
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=64, blank=True)
    closed_why = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["unit", "number"], condition=Q(closed_at=None), name="a_case_is_open_once"),
            models.CheckConstraint(condition=~Q(number="") & ~Q(unit="") & ~Q(opened_by=""), name="a_case_is_somebodys"),
            models.CheckConstraint(condition=Q(offence__in=list(OFFENCES)), name="a_case_is_of_a_known_class"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by="", closed_why="")
                | (Q(closed_at__gte=F("opened_at")) & ~Q(closed_by="") & ~Q(closed_why="")),
                name="a_case_is_closed_by_somebody_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"case {self.pk}"


class CaseOfficer(models.Model):
    """ผู้รับผิดชอบคดี: an officer assigned to a case, from and until: half open."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="officers")
    officer = models.CharField(max_length=64)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    by = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "officer"], condition=Q(until=None), name="an_officer_has_a_case_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="an_assignment_ends_after_it_begins"),
        )
