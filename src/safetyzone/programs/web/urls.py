from django.urls import URLPattern, URLResolver, include, path

from safetyzone.programs.web import home, language

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("language/", language.choose, name="language"),
    path("accounts/", include("allauth.urls")),
]
