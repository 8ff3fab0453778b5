"""A confirmed hit in the command room: an incident with the way back to both pictures, for those who may see them."""

from safetyzone.response.incidents.models import Incident
from safetyzone.senses.watchlists import actions
from safetyzone.senses.watchlists.tests.test_pages import enters, hands, text
from safetyzone.senses.watchlists.tests.town import SOON, hit_of, person

__all__ = ["hands"]


def test_the_incident_says_what_it_is_not_and_leads_to_both_pictures(live, hands):
    hit = hit_of()
    actions.judge(hit, answer="same", reason="สีและตัวอักษรตรงกัน", by=live.judge, at=SOON)
    incident = Incident.objects.get()
    page = text(enters("judge").get(f"/room/_incident/{incident.pk}"))
    assert "เป็นเบาะแส ไม่ใช่การยืนยันตัว" in page
    assert f'href="/room/hits/{hit}/"' in page
    person("desk", may="see_room answer")
    assert f"/room/hits/{hit}/" not in text(enters("desk").get(f"/room/_incident/{incident.pk}"))
    assert "7414" not in page
