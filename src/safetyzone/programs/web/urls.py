from django.urls import URLPattern, URLResolver, include, path, re_path

from safetyzone.prevention.works import views as works
from safetyzone.programs.web import cases, demo_login, evidence, evidence_files, ground, home, language, officers, planner_orders
from safetyzone.programs.web.accounts import not_here

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("language/", language.choose, name="language"),
    path("map/", include("safetyzone.ground.streets.urls")),
    path("works/", include("safetyzone.prevention.works.urls")),
    # The planner's page is downhill of works: its buttons come here, and it need not know who answers.
    path("planner/order/<slug:kind>", works.order, name="planner_order"),
    path("", include("safetyzone.senses.cameras.planner_urls")),
    path("planner/orders.json", planner_orders.open_orders, name="planner_orders"),
    path("", include("safetyzone.senses.cameras.urls")),
    path("demo/enter/<str:token>", demo_login.enter, name="demo_enter"),
    path("officers/", officers.listed, name="officers"),
    path("officers/add/", officers.add, name="officers_add"),
    path("officers/post/", officers.post, name="officers_post"),
    path("officers/end/", officers.end, name="officers_end"),
    path("officers/password/", officers.password, name="officers_password"),
    path("officers/second-factor/", officers.second_factor, name="officers_second_factor"),
    path("officers/retire/", officers.retire, name="officers_retire"),
    path("evidence/", evidence.listed, name="evidence"),
    path("evidence/lock", evidence.lock, name="evidence_lock"),
    path("evidence/key/", evidence.key, name="evidence_key"),
    path("evidence/<int:item_id>/", evidence.item, name="evidence_item"),
    path("evidence/<int:item_id>/exports", evidence.exports, name="evidence_exports"),
    path("evidence/<int:item_id>/release", evidence.release, name="evidence_release"),
    path("evidence/<int:item_id>/ask", evidence.ask, name="evidence_ask"),
    path("evidence/<int:item_id>/unblur", evidence.unblur, name="evidence_unblur"),
    path("evidence/exports/<int:export_id>/approve", evidence.approve, name="evidence_export_approve"),
    path("evidence/exports/<int:export_id>/refuse", evidence.refuse, name="evidence_export_refuse"),
    path("evidence/exports/<int:export_id>/stop", evidence.stop, name="evidence_export_stop"),
    path("evidence/exports/<int:export_id>/resume", evidence.resume, name="evidence_export_resume"),
    path("evidence/exports/<int:export_id>/package", evidence_files.package, name="evidence_package"),
    path("evidence/exports/<int:export_id>/film/<str:name>", evidence_files.film, name="evidence_film"),
    path("ground/", ground.zones, name="ground"),
    path("ground/<slug:code>/", ground.zone, name="ground_zone"),
    # allauth's doors that need e-mail, or let people add themselves: a station has neither.
    re_path(r"^accounts/(signup|email|password/(reset|set)|confirm-email|login/code)\b", not_here),
    path("accounts/", include("allauth.urls")),
    path("survey/", include("safetyzone.senses.cameras.survey_urls")),
    path("patrol/", include("safetyzone.response.dispatch.urls")),
    path("video/", include("safetyzone.response.watching.urls")),
    path("vision/", include("safetyzone.senses.readers.urls")),
    path("", include("safetyzone.response.review.urls")),
    path("cases/", cases.listed, name="cases"),
    path("cases/open", cases.enter, name="cases_open"),
    path("cases/<int:case_id>/<slug:verb>", cases.deed, name="case_deed"),
    path("", include("safetyzone.senses.watchlists.urls")),
    path("room/", include("safetyzone.response.command_room.urls")),
]
