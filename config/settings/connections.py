"""Other systems: OAuth2 clients, webhooks, the daily export, and logging in at the agency's own identity provider."""

from config import env

OAUTH2_PROVIDER_APPLICATION_MODEL = "organization.ApiClient"
API_CALLS_PER_MINUTE = env.integer("API_CALLS_PER_MINUTE", 600, minimum=1)
OAUTH_TOKENS_PER_MINUTE = env.integer("OAUTH_TOKENS_PER_MINUTE", 30, minimum=1)
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": env.integer("OAUTH_TOKEN_SECONDS", 900, minimum=60),
    "SCOPES_BACKEND_CLASS": "config.oauth.ConnectionScopes",
    "OAUTH2_VALIDATOR_CLASS": "config.oauth.ConnectionValidator",
    # Only digests of tokens are stored, and no grant but client credentials is served (RFC 9700).
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}

# Webhooks go to addresses on the internet; those inside the agency's own network are named here.
WEBHOOK_PRIVATE_NETWORKS = env.networks("WEBHOOK_PRIVATE_NETWORKS", "")
WEBHOOK_ALLOW_HTTP = env.boolean("DEBUG", False)
WEBHOOK_RETRY_DAYS = env.integer("WEBHOOK_RETRY_DAYS", 3, minimum=1)

# The daily export of who is granted what: so many days ahead, kept for so long.
GRANT_EXPORT_DAYS = env.integer("GRANT_EXPORT_DAYS", 14, minimum=1)
GRANT_EXPORT_KEEP_DAYS = env.integer("GRANT_EXPORT_KEEP_DAYS", 90, minimum=1)

# Logging in at the agency's own identity provider (OpenID Connect); off while no issuer is named.
OIDC_PROVIDER = "instansi"
OIDC_ISSUER = env.text("OIDC_ISSUER", "").rstrip("/")
OIDC_NAME = env.text("OIDC_NAME", "SSO")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET", "")
OIDC_LINK_BY = env.choice("OIDC_LINK_BY", "EMAIL", of=("EMAIL", "NIP"))
OIDC_NIP_CLAIM = env.text("OIDC_NIP_CLAIM", "nip")
OIDC_SECOND_FACTOR = env.words("OIDC_SECOND_FACTOR", "")
OIDC_LOGIN_ORIGIN = env.text("OIDC_LOGIN_ORIGIN", "")


def oidc_apps(issuer: str, client_id: str, secret: str, name: str) -> dict[str, dict[str, object]]:
    """Return SOCIALACCOUNT_PROVIDERS with the one provider, or none."""
    app = {
        "provider_id": OIDC_PROVIDER,
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app] if issuer else []}}


SOCIALACCOUNT_PROVIDERS = oidc_apps(OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME)
SOCIALACCOUNT_ADAPTER = "organization.oidc.ProviderAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
