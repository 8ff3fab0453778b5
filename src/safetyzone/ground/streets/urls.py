from django.urls import path

from safetyzone.ground.streets import views

urlpatterns = [
    path("base.json", views.about, name="basemap"),
    path("base.pmtiles", views.tiles, name="basemap_tiles"),
]
