"""Addresses of the register, for officers, and of the owner's own page."""

from django.urls import path

from safetyzone.senses.cameras.views import finding, health, importing, line, owner, register

urlpatterns = [
    path("cameras/", register.listed, name="cameras"),
    path("cameras/add/", register.add, name="cameras_add"),
    path("cameras/export.<slug:ending>", register.export, name="cameras_export"),
    path("cameras/import/", importing.upload, name="cameras_import"),
    path("cameras/import/template.xlsx", importing.template, name="cameras_template"),
    path("cameras/import/<slug:token>/", importing.look, name="cameras_import_look"),
    path("cameras/import/<slug:token>/enter", importing.enter, name="cameras_import_enter"),
    path("cameras/import/<slug:token>/reasons", importing.reasons, name="cameras_import_reasons"),
    path("cameras/find/", finding.find, name="cameras_find"),
    path("cameras/find/<uuid:search_id>/", finding.search, name="cameras_search"),
    path("cameras/found/<uuid:found_id>/", finding.device, name="cameras_found"),
    path("cameras/found/<uuid:found_id>/open", finding.open_device, name="cameras_found_open"),
    path("cameras/found/<uuid:found_id>/correct", finding.correct, name="cameras_found_correct"),
    path("cameras/found/<uuid:found_id>/place", finding.place, name="cameras_found_place"),
    path("cameras/found/<uuid:found_id>/picture.jpg", finding.picture, name="cameras_found_picture"),
    path("cameras/found/<uuid:found_id>/enter", finding.enter, name="cameras_found_enter"),
    path("cameras/faults/", health.faults, name="camera_faults"),
    path("cameras/<slug:code>/mended", health.mended, name="camera_mended"),
    path("cameras/<slug:code>/new-reference", health.new_reference, name="camera_new_reference"),
    path("cameras/owners/", register.owners, name="camera_owners"),
    path("cameras/owners/add", register.add_owner, name="camera_owners_add"),
    path("cameras/owners/<uuid:owner_id>/<slug:verb>", register.owner_deed, name="camera_owner_deed"),
    path("cameras/<slug:code>/", register.camera, name="camera"),
    path("cameras/<slug:code>/<slug:verb>", register.deed, name="camera_deed"),
    path("line/webhook", line.webhook, name="line_webhook"),
    path("camera-owner/<str:token>/", owner.page, name="camera_owner"),
    path("camera-owner/<str:token>/add/", owner.add, name="camera_owner_add"),
    path("camera-owner/<str:token>/language", owner.language, name="camera_owner_language"),
    path("camera-owner/<str:token>/renew", owner.renew, name="camera_owner_renew"),
    path("camera-owner/<str:token>/map/base.json", owner.map_about, name="camera_owner_map"),
    path("camera-owner/<str:token>/map/base.pmtiles", owner.map_tiles, name="camera_owner_tiles"),
    path("camera-owner/<str:token>/cameras/<slug:code>/", owner.camera, name="camera_owner_camera"),
    path("camera-owner/<str:token>/cameras/<slug:code>/<slug:verb>", owner.deed, name="camera_owner_camera_deed"),
]
