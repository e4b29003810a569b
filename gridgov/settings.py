"""The one settings module; everything that differs between places comes from the environment."""

import os
from datetime import timedelta
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DJANGO_DEBUG", False)
# Shows the demo log-ins on the log-in page; the demo users exist only where load_demo was run.
DEMO = env.bool("GRIDGOV_DEMO", False)


def secret(name: str) -> str:
    """The secret from the environment; outside DEBUG an unset one refuses to start."""
    value: str = env.str(name, "")
    if value or DEBUG:
        return value or "only-for-debug"
    raise ImproperlyConfigured(f"Set {name}: it is a secret and has no default outside DEBUG.")


SECRET_KEY = secret("DJANGO_SECRET_KEY")
ALLOWED_HOSTS: list[str] = env.list(
    "DJANGO_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"] if DEBUG or DEMO else []
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("DJANGO_CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "rest_framework",
    "rest_framework.authtoken",
    "rest_framework_gis",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "leaflet",
    "django_htmx",
    "template_partials",
    "csp",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "axes",
    "gridgov",
    "grids",
    "cases",
    "inspections",
    "dispatch",
    "assessment",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "gridgov.middleware.AddressMiddleware",
    "grids.middleware.KeyUseMiddleware",
    "gridgov.staticfiles.StaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gridgov.middleware.HistoryMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "grids.sign_ins.SignInMiddleware",
    "gridgov.second_factor.SecondFactorMiddleware",
    "gridgov.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gridgov.middleware.WholePageMiddleware",
    "gridgov.middleware.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "gridgov.urls"
ASGI_APPLICATION = "gridgov.asgi.application"
AUTH_USER_MODEL = "grids.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "gridgov:home"
LOGOUT_REDIRECT_URL = "login"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gridgov.context_processors.page",
            ],
        },
    },
]

# PostgreSQL with PostGIS; a socket's directory goes into ?host=/dir.
DATABASES = {
    "default": env.db_url(
        "DATABASE_URL", "postgis:///gridgov", engine="django.contrib.gis.db.backends.postgis"
    )
}
DATABASES["default"].setdefault("OPTIONS", {})
# Not compiled first: PostGIS calls its functions expensive, so PostgreSQL would spend a second on compiling what takes
# it 30 ms. With room to count many rows in memory. What PGOPTIONS says comes after it.
DATABASES["default"]["OPTIONS"]["options"] = (
    f"-c jit=off -c work_mem=32MB {os.environ.get('PGOPTIONS', '')}".strip()
)
if not env.bool("GRIDGOV_NO_POOL", False):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": env.int("GRIDGOV_POOL_SIZE", 20)}
DATABASES["default"]["TEST"] = {"NAME": "test_" + DATABASES["default"]["NAME"]}
# Debian's GDAL 3.6 raises it, about spatial references that fetch files; ours are fixed numbers.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "redis://localhost:6379/0")
# django-redis-style socket addresses differ from Celery's: unix:// here, redis+socket:// there.
_CELERY_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = _CELERY_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(BASE_DIR / "var" / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "dispatch.tasks.sweep", "schedule": 15.0, "options": {"expires": 15}},
    "deliver": {"task": "gridgov.tasks.deliver_notices", "schedule": 10.0, "options": {"expires": 10}},
    "keep_tasks": {"task": "inspections.tasks.keep_tasks", "schedule": 60.0, "options": {"expires": 60}},
    # 00:10 in China, and each hour after, so that a plan made at noon holds from noon on.
    "plan_tasks": {"task": "inspections.tasks.plan_tasks", "schedule": crontab(minute=10)},
    "keep_tracks": {"task": "inspections.tasks.keep_tracks", "schedule": crontab(hour=17, minute=40)},
    "read_facts": {"task": "assessment.tasks.read_facts", "schedule": 15.0, "options": {"expires": 15}},
    "mend_facts": {"task": "assessment.tasks.mend_facts", "schedule": crontab(hour=18, minute=50)},
    "resume_imports": {"task": "grids.tasks.resume_imports", "schedule": 60.0, "options": {"expires": 60}},
    "overdue_feeds": {"task": "grids.tasks.say_overdue_feeds", "schedule": crontab(minute=5)},
    # 00:15 in China and each hour after: an order's day is over then.
    "overdue_orders": {"task": "grids.tasks.ring_for_overdue_orders", "schedule": crontab(minute=15)},
    "forget_imports": {"task": "grids.tasks.forget_imports", "schedule": crontab(hour=19, minute=40)},
    "forget_key_uses": {"task": "grids.tasks.forget_key_uses", "schedule": crontab(hour=19, minute=25)},
    "clean_up": {"task": "gridgov.tasks.clean_up", "schedule": crontab(hour=19, minute=20)},  # 03:20 in China
    "forget_residents": {"task": "grids.tasks.forget_residents", "schedule": crontab(hour=19, minute=30)},
    "resume_requests": {"task": "cases.tasks.resume_requests", "schedule": 60.0, "options": {"expires": 60}},
    "forget_requests": {"task": "cases.tasks.forget_request_files", "schedule": crontab(hour=19, minute=45)},
    "forget_alarms": {"task": "cases.tasks.forget_alarms", "schedule": crontab(hour=19, minute=45)},
    "forget_devices": {"task": "cases.tasks.forget_devices", "schedule": crontab(hour=19, minute=50)},
    "forget_contacts": {"task": "cases.tasks.forget_contacts", "schedule": crontab(hour=19, minute=35)},
}

# Sign-in
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Who may log in is entered by administrators: nobody signs up, and no mail is sent.
ACCOUNT_ADAPTER = "gridgov.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"login": "gridgov.sign_in_forms.LoginForm"}
ACCOUNT_SESSION_REMEMBER = True
# Wrong tries only, those right after them are forgotten: per address, and per name at one address. A whole office may
# stand behind one address.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "100/10m/ip,20/10m/key", "reauthenticate": "10/m/user"}
# The second factor; administrators can't do without.
SECOND_FACTOR_REQUIRED = env.bool("GRIDGOV_SECOND_FACTOR", not (DEBUG or DEMO))
MFA_ADAPTER = "gridgov.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "gridgov.sign_in_forms.CodeForm",
    "reauthenticate": "gridgov.sign_in_forms.ConfirmByCodeForm",
    "activate_totp": "gridgov.sign_in_forms.FirstCodeForm",
}
MFA_TOTP_ISSUER = "GridGov"
# Clocks of phones go wrong: the code before and the one after are good as well.
MFA_TOTP_TOLERANCE = 1
# After so many wrong tries with one name from one address, that name has to wait there for so long.
AXES_FAILURE_LIMIT = env.int("GRIDGOV_LOCKOUT_TRIES", 5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("GRIDGOV_LOCKOUT_MINUTES", 15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "gridgov.lockout.address_of"
AXES_USERNAME_CALLABLE = "gridgov.lockout.name_tried"
AXES_LOCKOUT_CALLABLE = "gridgov.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "csrfmiddlewaretoken"]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Logging in at the organisation's own sign-in service (OpenID Connect); without an address there is no trace of it.
OIDC_SERVER_URL = env.str("GRIDGOV_OIDC_SERVER_URL", "")
OIDC_CLIENT_ID = env.str("GRIDGOV_OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = secret("GRIDGOV_OIDC_CLIENT_SECRET") if OIDC_SERVER_URL else ""
OIDC_SCOPES: list[str] = env.list("GRIDGOV_OIDC_SCOPES", default=["openid", "profile", "email"])
# The claim that holds the user name here, such as the number of the member of staff.
OIDC_NAME_CLAIM = env.str("GRIDGOV_OIDC_NAME_CLAIM", "preferred_username")
# The claim that lists groups or posts; without one, posts are given here.
OIDC_POSTS_CLAIM = env.str("GRIDGOV_OIDC_POSTS_CLAIM", "")
# Whether the service may name posts itself, as `role:organisation[:area]`; else only groups that an administrator mapped.
OIDC_POSTS_DIRECT = env.bool("GRIDGOV_OIDC_POSTS_DIRECT", False)
# Whether somebody unknown here is entered, with no other posts than those the claim gives; else refused.
OIDC_ADD_PEOPLE = env.bool("GRIDGOV_OIDC_ADD_PEOPLE", False)
SOCIALACCOUNT_ADAPTER = "grids.oidc.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("DJANGO_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

# Files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Originals and their copies; never served by address, only through a view that checks who asks.
MEDIA_ROOT = Path(env.str("GRIDGOV_MEDIA_ROOT", str(BASE_DIR / "var" / "media")))
_S3_BUCKET = env.str("GRIDGOV_S3_BUCKET", "")
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _S3_BUCKET,
            "default_acl": "private",
            "endpoint_url": env.str("GRIDGOV_S3_ENDPOINT", "") or None,
        },
    }
    if _S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "gridgov.staticfiles.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# Photos: a phone's 12 MP JPEG is about 5 MB; the pixel limit stops decompression bombs.
PHOTO_MAX_BYTES = 25 * 1024 * 1024
PHOTO_MAX_PIXELS = 64_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# The API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "gridgov.api.authentication.SessionAuthentication",
        "rest_framework.authentication.TokenAuthentication",
        "grids.api.keys.KeyAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "gridgov.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "DEFAULT_THROTTLE_RATES": {
        "auth": "20/min",
        # What everybody may know, by address.
        "public": env.str("GRIDGOV_PUBLIC_RATE", "120/min"),
        # Of strangers, by address; keys have limits of their own.
        "open311": env.str("GRIDGOV_OPEN311_RATE", "120/min"),
    },
    # Whom to believe about the caller's address: nobody, or the one proxy in front.
    "NUM_PROXIES": 1 if env.bool("DJANGO_BEHIND_PROXY", False) else 0,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "gridgov.api.errors.ExceptionHandler",
    "EXCEPTION_FORMATTER_CLASS": "gridgov.api.errors.ExceptionFormatter",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "GridGov API",
    "DESCRIPTION": "Areas, cases and their steps, assignments and notices of a district's grid governance.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "OAS_VERSION": "3.1.0",
    "ENUM_NAME_OVERRIDES": {
        "StatusEnum": "cases.workflow.Status",
        "LevelEnum": "grids.api.serializers.LEVELS",
        "FeatureTypeEnum": ["Feature"],
        "GridKindEnum": "grids.models.GridKind",
        "OrganisationKindEnum": "grids.models.OrganisationKind",
        "ClassKindEnum": "cases.models.ClassKind",
        "PhotoKindEnum": "cases.models.PhotoKind",
        "ObjectKindEnum": "grids.models.ObjectKind",
        "ObjectStateEnum": "grids.models.ObjectState",
        "ChangeKindEnum": "grids.models.ChangeKind",
        "ProposalStateEnum": "grids.models.ProposalState",
        "FeedStateEnum": "grids.models.FeedState",
        "TaskKindEnum": "inspections.models.TaskKind",
        "TaskStateEnum": "inspections.models.TaskState",
        "TaskActionEnum": "inspections.models.TaskAction",
        "FindingStateEnum": "inspections.models.FindingState",
        "PublishedStateEnum": "inspections.api.checklists.PUBLISHED",
        "UrgingLevelEnum": "cases.models.case.UrgingLevel",
        "OperationKindEnum": "dispatch.models.OperationKind",
        "OperationStateEnum": "dispatch.models.OperationState",
        "PublicStatusEnum": ["open", "closed"],
        "AnnouncementKindEnum": "grids.models.announcement.AnnouncementKind",
        "ErrorTypeEnum": "gridgov.api.schema.ERROR_TYPES",
    },
}

# Maps: our own outlines need no tiles; a tile address may be set (WGS-84, such as Tianditu vec_w).
MAP_TILE_URL = env.str("GRIDGOV_TILE_URL", "")
MAP_TILE_ATTRIBUTION = env.str("GRIDGOV_TILE_ATTRIBUTION", "")
LEAFLET_CONFIG = {
    "DEFAULT_CENTER": (23.03, 113.12),
    "DEFAULT_ZOOM": 11,
    "TILES": [("", MAP_TILE_URL, {"attribution": MAP_TILE_ATTRIBUTION})] if MAP_TILE_URL else [],
    "RESET_VIEW": False,
    "ATTRIBUTION_PREFIX": "",
}

# Outgoing
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "gridgov@localhost")
# The channels that notices leave through besides the in-app list: any of "email", "webpush", "webhook", and the robots
# "wecom", "dingtalk" and "feishu".
NOTICE_CHANNELS: list[str] = env.list("GRIDGOV_NOTICE_CHANNELS", default=[])
# Where people reach this site: notices that leave it carry links.
PUBLIC_URL = env.str("GRIDGOV_PUBLIC_URL", "http://localhost:8000").rstrip("/")
# Whom makers of apps ask, for a key too: an e-mail address, a phone, a page.
OPEN311_CONTACT = env.str("GRIDGOV_OPEN311_CONTACT", DEFAULT_FROM_EMAIL)
WEBHOOK_SECRET = secret("GRIDGOV_WEBHOOK_SECRET") if "webhook" in NOTICE_CHANNELS else ""
# Hosts inside the own network that webhooks may call all the same.
WEBHOOK_ALLOW: list[str] = env.list("GRIDGOV_WEBHOOK_ALLOW", default=[])
# Web push: the site's own key pair, made by `manage.py make_vapid_keys`, and whom push services write to about it.
VAPID_PRIVATE_KEY = env.str("GRIDGOV_VAPID_PRIVATE_KEY", "")
VAPID_CONTACT = env.str("GRIDGOV_VAPID_CONTACT", f"mailto:{DEFAULT_FROM_EMAIL}")
if "webpush" in NOTICE_CHANNELS and not VAPID_PRIVATE_KEY:
    raise ImproperlyConfigured(
        "Set GRIDGOV_VAPID_PRIVATE_KEY, as manage.py make_vapid_keys prints it: web push needs it."
    )
# The push services of browsers: whoever subscribes names an address, and no other host is called for them.
PUSH_HOSTS: list[str] = env.list(
    "GRIDGOV_PUSH_HOSTS",
    default=["fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com"],
)

# Case work
# Calendars and stage limits are read again after so many seconds, not at every step.
REMEMBER_SECONDS = env.int("GRIDGOV_REMEMBER_SECONDS", 5)
# Yellow light and warning at this share of a stage's time.
WARN_AT_SHARE = env.float("GRIDGOV_WARN_AT_SHARE", 0.8)
# One in so many cases settled on the spot is verified by somebody else.
SETTLED_SAMPLE_EVERY = env.int("GRIDGOV_SETTLED_SAMPLE_EVERY", 10)
# Name and phone of whoever reported are cleared so many days after the case has ended.
CONTACT_KEEP_DAYS = env.int("GRIDGOV_CONTACT_KEEP_DAYS", 180)

# A citizen may open a closed case again, once, so many days after its close.
REOPEN_WINDOW_DAYS = env.int("GRIDGOV_REOPEN_WINDOW_DAYS", 15)

# What strangers may do without an account: for each door how often from one device, and from one address, until a small
# sum is asked, and until nothing is taken any more. An address may be that of a whole block of flats. A door may be set
# by itself: {"report": {"device": ["3/h", "20/d"]}}.
PUBLIC_LIMITS: dict[str, dict[str, list[str]]] = {
    "report": {"device": ["3/h", "20/d"], "address": ["20/h", "200/d"]},
    "join": {"device": ["6/h", "40/d"], "address": ["30/h", "300/d"]},
    "code": {"device": ["20/h", "100/d"], "address": ["60/h", "500/d"]},
    "answer": {"device": ["10/h", "40/d"], "address": ["60/h", "500/d"]},
    "board": {"device": ["3/h", "20/d"], "address": ["20/h", "200/d"]},
    "survey": {"device": ["6/h", "40/d"], "address": ["60/h", "500/d"]},
    # Looking for what is known around a place, and forms sent back with photos: many times while one form is filled in.
    "look": {"device": ["300/h", "600/h"], "address": ["3000/h", "6000/h"]},
    "photos": {"device": ["20/h", "30/h"], "address": ["200/h", "200/h"]},
    **env.json("GRIDGOV_PUBLIC_LIMITS", {}),
}
# Counts that nobody can read close no door.
RATELIMIT_FAIL_OPEN = True
PUBLIC_MOST_PHOTOS = env.int("GRIDGOV_PUBLIC_MOST_PHOTOS", 4)
PUBLIC_PHOTO_MAX_BYTES = 12 * 1024 * 1024

# Going out
# An object is not disturbed again within so many days but for a re-check or an urgent order.
VISIT_EVERY_DAYS = env.int("GRIDGOV_VISIT_EVERY_DAYS", 7)
# A grabbed task that is not begun within so many minutes goes back.
TASK_BEGIN_MINUTES = env.int("GRIDGOV_TASK_BEGIN_MINUTES", 30)
# The shifts of the duty rota by name, at the seats and out in the areas; one that ends no later than it begins ends on
# the next day. early, late, night, day and evening have words in both languages, any other name is shown as it is.
SEAT_SHIFTS: dict[str, str] = env.dict(
    "GRIDGOV_SEAT_SHIFTS", default={"early": "08:00-16:00", "late": "16:00-00:00", "night": "00:00-08:00"}
)
AREA_SHIFTS: dict[str, str] = env.dict(
    "GRIDGOV_AREA_SHIFTS", default={"day": "08:30-17:30", "evening": "17:30-22:00"}
)
# A shift that nobody has handed over so long after its end is told to the supervisor.
HANDOVER_MINUTES = env.int("GRIDGOV_HANDOVER_MINUTES", 30)
# So long after something was put right somebody looks whether it still is.
RECHECK_AFTER_DAYS = env.int("GRIDGOV_RECHECK_AFTER_DAYS", 3)
# What was walked is thrown away then; how much of each grid was covered stays.
TRACK_KEEP_DAYS = env.int("GRIDGOV_TRACK_KEEP_DAYS", 90)

# The registry
# A resident's record is deleted so many days after its service has ended.
RESIDENT_KEEP_DAYS = env.int("GRIDGOV_RESIDENT_KEEP_DAYS", 30)

# Security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("DJANGO_SECURE_COOKIES", not (DEBUG or DEMO))
SECURE_SSL_REDIRECT = env.bool("DJANGO_SSL_REDIRECT", not (DEBUG or DEMO))
# Load balancers ask for it inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.int("DJANGO_HSTS_SECONDS", 0 if DEBUG or DEMO else 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
if env.bool("DJANGO_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
X_FRAME_OPTIONS = "DENY"
_TILE_HOSTS = [MAP_TILE_URL.replace("{s}", "*").split("/{", 1)[0].rsplit("?", 1)[0]] if MAP_TILE_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_TILE_HOSTS],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without_codes": {"()": "gridgov.log.WithoutCodes"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_codes"]}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Without its own handlers, which would write what ours leave out.
        "django": {"level": "WARNING", "handlers": []},
        "gridgov": {"level": "INFO"},
        "dispatch": {"level": "INFO"},
    },
}
