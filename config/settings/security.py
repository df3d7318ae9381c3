"""Headers, cookies, content security policy, passwords and login throttles. Nothing here knows dev from production."""

from csp.constants import NONE, SELF

from config import env

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

SESSION_ENGINE = "config.sessions"  # in the database: Redis may be away; a login may not be lost with it
SESSION_COOKIE_AGE = env.integer("SESSION_HOURS", 12, minimum=1) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # htmx sends the token from the cookie's form field; the value is no secret of the user
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

# No nonce and no 'unsafe-…': every script and style is a file of ours.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# Addresses whose X-Forwarded-* headers are believed (see config.middleware.ClientAddressMiddleware).
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES", "")
# /metrics answers these addresses, and whoever brings the token.
TRUSTED_METRICS = env.networks("TRUSTED_METRICS", "127.0.0.0/8,::1")
METRICS_TOKEN = env.text("METRICS_TOKEN", "")

# A whole city hall may sit behind one address, so the limit per address is wide and the one per account is narrow.
# `login_failed_account_ip` is read by organization.auth, the other two by allauth itself.
ACCOUNT_RATE_LIMITS = {
    "login": env.rate("LOGIN_RATE_IP", "600/1m") + "/ip",
    "login_failed": env.rate("LOGIN_RATE_ACCOUNT", "30/15m") + "/key",
    "activate": env.rate("ACTIVATION_RATE", "20/15m") + "/key",
    "calendar_feed": env.rate("CALENDAR_RATE", "60/1h") + "/key",
    "login_failed_account_ip": env.rate("LOGIN_RATE_ACCOUNT_IP", "10/5m") + "/key",
}
