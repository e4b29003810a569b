"""Signing in: passwords, the second factor, lockout, the organisation's own sign-in service."""

from datetime import timedelta

from gridgov.settings.environment import DEBUG, DEMO, env, secret

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
# So many hours after logging in there, people do so again: it may have taken a post away meanwhile.
OIDC_HOURS = env.int("GRIDGOV_OIDC_HOURS", 12)
SOCIALACCOUNT_ADAPTER = "grids.oidc.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
