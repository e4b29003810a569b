"""What leaves the house: mail, and the channels of notices."""

from django.core.exceptions import ImproperlyConfigured

from gridgov.settings.environment import env, secret

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
        "Web push needs GRIDGOV_VAPID_PRIVATE_KEY: manage.py make_vapid_keys prints one while webpush is not in the channels."
    )
# The push services of browsers: whoever subscribes names an address, and no other host is called for them.
PUSH_HOSTS: list[str] = env.list(
    "GRIDGOV_PUSH_HOSTS",
    default=["fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com"],
)
