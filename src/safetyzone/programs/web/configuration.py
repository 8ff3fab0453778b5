"""Django's own configuration, made from the station's settings. Nothing here is a setting of the station."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from safetyzone.contracts.video import session_cookie
from safetyzone.kernel.settings import settings as station_settings

_station = station_settings()
_package = Path(__file__).resolve().parents[2]

SECRET_KEY = _station.master_key().decode()
DEBUG = False
ALLOWED_HOSTS = ["*"] if _station.demo else [urlsplit(_station.public_url).hostname or "localhost", "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [_station.public_url]
ROOT_URLCONF = "safetyzone.programs.web.urls"
ASGI_APPLICATION = "safetyzone.programs.web.asgi.application"
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"
USE_I18N = True
LANGUAGE_CODE = _station.language
LANGUAGES = [("th", "ไทย"), ("en", "English")]
LOCALE_PATHS = [_package / "locale"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1

INSTALLED_APPS = [
    "safetyzone.kernel",
    "safetyzone.trust.audit",
    "safetyzone.trust.cases",
    "safetyzone.trust.evidence",
    "safetyzone.ground.zones",
    "safetyzone.ground.officers",
    "safetyzone.senses.alerts",
    "safetyzone.senses.looks",
    "safetyzone.senses.cameras",
    "safetyzone.senses.sightings",
    "safetyzone.senses.watchlists",
    "safetyzone.senses.readers",
    "safetyzone.senses.sos",
    "safetyzone.prevention.works",
    "safetyzone.response.incidents",
    "safetyzone.response.dispatch",
    "safetyzone.response.command_room",
    "safetyzone.response.review",
    "safetyzone.programs.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "safetyzone.programs.web.middleware.Edge",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "safetyzone.programs.web.middleware.SignedIn",
    "safetyzone.programs.web.middleware.SecondFactor",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_package / "programs" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]


def database(url: str | None) -> dict[str, object]:
    """Django's description of a ``postgresql://`` address; a socket folder may stand in ``?host=``."""
    parts = urlsplit(url or "postgresql:///safetyzone")
    more: dict[str, object] = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    program = os.environ.get("SAFETYZONE_PROGRAM", "safetyzone")
    kept: dict[str, object] = {"CONN_MAX_AGE": None}
    if program == "web":
        # Under ASGI each request has a thread of its own, which takes its connection along when it ends: a pool keeps them.
        kept, more["pool"] = {"CONN_MAX_AGE": 0}, {"min_size": 2, "max_size": 16, "timeout": 5}
    elif program == "intake":
        # The same twenty statements for every batch: prepared once, a lone press takes half the time and ten take a third.
        more |= {"server_side_binding": True, "prepare_threshold": 2}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "safetyzone",
        "USER": unquote(parts.username or str(more.pop("user", ""))),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": str(more.pop("host", "")) or parts.hostname or "",
        "PORT": str(parts.port or more.pop("port", "")),
        **kept,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": program, "connect_timeout": 5, **more},
    }


DATABASES = {"default": database(_station.database_url.get_secret_value() if _station.database_url else None)}

_mail = urlsplit(_station.smtp_url.get_secret_value() if _station.smtp_url else "")
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_USE_TLS = _mail.scheme == "smtp" and EMAIL_HOST not in ("localhost", "127.0.0.1")  # a password never crosses a network in the clear
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = _station.mail_from

AUTH_USER_MODEL = "officers.Officer"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# Sign-in (django-allauth): by user name, accounts are given by an administrator, no e-mail is needed.
ACCOUNT_ADAPTER = "safetyzone.programs.web.accounts.Accounts"
ACCOUNT_FORMS = {
    "login": "safetyzone.programs.web.account_forms.SignIn",
    "change_password": "safetyzone.programs.web.account_forms.ChangePassword",
    "reauthenticate": "safetyzone.programs.web.account_forms.Reauthenticate",
}
MFA_FORMS = {
    "add_webauthn": "safetyzone.programs.web.account_forms.AddKey",
    "edit_webauthn": "safetyzone.programs.web.account_forms.EditKey",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Safety Zone"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = urlsplit(_station.public_url).hostname in ("localhost", "127.0.0.1")
USERSESSIONS_TRACK_ACTIVITY = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}}]

# Rate limits count in the database: every web process sees the same count, and there is no further server to run.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # Django's 300 would throw counts away under attack
    }
}

# A session ends 12 hours after sign-in (a shift and its overlap) and with the browser. There is no idle time-out: a console
# that locks itself while its operator watches the map would miss a call for help; the workstation's own lock is for that.
# A __Host- cookie cannot be set by a neighbour or over plain http.
_https = urlsplit(_station.public_url).scheme == "https"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = session_cookie(_station.public_url)
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https and _station.trusted_proxies else None
ALLAUTH_TRUSTED_PROXY_COUNT = _station.trusted_proxies
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Bare names that our ES modules import, and the vendored file each stands for.
IMPORT_MAP: dict[str, str] = {
    "maplibre-gl": "vendor/maplibre-gl/maplibre-gl.mjs",
    "pmtiles": "vendor/pmtiles/pmtiles.mjs",
    "fflate": "vendor/fflate/fflate.mjs",  # pmtiles imports it by this name
}

STATIC_URL = "/static/"
STATICFILES_DIRS = [_package / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # each room keeps its own jobs in jobs.py
