"""Every setting of the product, in one place.

Each field is read from the environment as `AG2_MARKETING_<NAME>` or from a `.env` file in the folder;
`ag2-marketing config show` prints them with secrets masked, and the README's table is generated from here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from platformdirs import user_data_path
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """What a person can set; every default works on a plain machine without a key, server or browser."""

    model_config = SettingsConfigDict(
        env_prefix="AG2_MARKETING_", env_file=".env", extra="ignore", frozen=True, allow_inf_nan=False
    )

    # Where things lie
    home: Path = Field(
        default_factory=lambda: user_data_path("ag2-marketing"),
        description="Folder of the database and the reports.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="SQLAlchemy URL of a PostgreSQL database (extra `postgres`); unset means SQLite in "
        "`home`.",
    )

    # People and places
    language: str = Field(default="en", description="Language of reports and templates, as in `en` or `de`.")
    timezone: str = Field(default="UTC", description="IANA time zone of schedules, as in `America/New_York`.")
    organisation: str | None = Field(default=None, description="Your company's name, shown on reports.")
    search_country: str = Field(
        default="us",
        pattern="^[A-Za-z]{2}$",
        description="Country of search demand, by ISO 3166-1, as in `us` or `de`.",
    )

    # A model (optional)
    llm_model: str | None = Field(
        default=None, description="Model name at an OpenAI-compatible endpoint; unset means no model."
    )
    llm_base_url: str | None = Field(default=None, description="Base URL of that endpoint.")
    llm_api_key: SecretStr | None = Field(default=None, description="Key of that endpoint.")
    llm_max_tokens_per_run: int = Field(
        default=200_000, gt=0, description="A conversation stops asking the model after this many tokens."
    )
    llm_max_calls_per_run: int = Field(
        default=60, gt=0, description="A conversation stops asking the model after this many requests."
    )
    llm_timeout_s: float = Field(default=60.0, gt=0, description="Longest wait for one answer of the model.")

    # Outgoing HTTP
    user_agent: str = Field(
        default="ag2-marketing/0.1 (+https://github.com/ag2-marketing/ag2-marketing)",
        description="How the gateway names itself to other servers.",
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated origins that the address rules let through although they are not "
        "public, as in `http://127.0.0.1:8000`.",
    )
    allowed_ports: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(80, 443, 8080, 8443), description="Comma-separated ports that may be fetched from."
    )
    fetch_max_bytes: int = Field(
        default=5_000_000, gt=0, description="Largest answer that is read, in bytes after decompression."
    )
    fetch_max_header_bytes: int = Field(
        default=65_536, gt=0, le=100_000, description="Largest header block, in bytes; at most 100,000."
    )
    fetch_deadline_s: float = Field(
        default=20.0, gt=0, description="Longest time for one fetch, redirects included."
    )
    fetch_max_redirects: int = Field(default=5, ge=0, description="Most redirects that are followed.")
    fetch_max_url_length: int = Field(default=2048, gt=0, description="Longest URL, in characters.")
    fetch_connect_timeout_s: float = Field(
        default=5.0,
        gt=0,
        description="Longest wait for one connection to be accepted, or its TLS to be agreed.",
    )
    fetch_backoff_s: float = Field(default=0.5, ge=0, description="First wait before a second try.")
    fetch_max_backoff_s: float = Field(
        default=10.0, ge=0, description="Longest such wait, unless the server asks for more."
    )
    fetch_max_attempts: int = Field(
        default=3, ge=1, description="Tries of an idempotent request before it counts as failed."
    )
    fetch_cache_s: float = Field(
        default=300.0,
        ge=0,
        description="How long an answer is reused within a workspace, in seconds; 0 never.",
    )
    fetch_cache_max_bytes: int = Field(
        default=50_000_000, gt=0, description="Size of all answers that are kept for reuse, in bytes."
    )
    rate_limit_max_wait_s: float = Field(
        default=60.0, ge=0, description="Longest wait for a service's own rate limit before it is an error."
    )
    breaker_max_failures: int = Field(
        default=5, ge=1, description="Failures in a row after which a host or service is left in peace."
    )
    breaker_reset_s: float = Field(default=30.0, ge=0, description="How long it is left in peace.")
    host_max_connections: int = Field(default=2, ge=1, description="Simultaneous connections to one host.")
    host_min_interval_s: float = Field(
        default=0.2,
        ge=0,
        description="Shortest time between two requests to one host (robots.txt may ask for more).",
    )

    # A browser (optional, extra `browser`)
    browser_path: Path | None = Field(
        default=None, description="Chromium's program; looked for on this machine when not given."
    )
    browser_sandbox: bool = Field(
        default=True, description="Chromium's own sandbox; as root it is off whatever this says."
    )

    # Campaigns
    require_approval: bool = Field(
        default=False, description="Posts wait for a person's approval before they are scheduled."
    )
    past_grace_s: float = Field(
        default=300.0, ge=0, description="A scheduled time that lies this little in the past counts as now."
    )
    media_root: Path | None = Field(
        default=None, description="Folder that posts' media names are looked up in."
    )

    # The tracking server (optional, extra `server`)
    server_host: str = Field(
        default="127.0.0.1", description="Address that `ag2-marketing serve` binds to; this machine alone."
    )
    server_port: int = Field(default=8000, ge=0, le=65535, description="Its port.")
    server_allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated host names that the server answers to, as in `track.example.com`; unset "
        "means this machine's own names where it binds to loopback, any name elsewhere.",
    )
    server_allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated origins of the sites whose pages may send events, as in "
        "`https://www.example.com`; `*` means any.",
    )
    server_trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated addresses of reverse proxies whose X-Forwarded-For and "
        "X-Forwarded-Proto are believed.",
    )
    server_require_consent: bool = Field(
        default=False, description="Nothing is stored of an event that does not say that its user consented."
    )
    server_respect_do_not_track: bool = Field(
        default=True,
        description="Nothing is stored of browsers that send Do-Not-Track or Global Privacy Control.",
    )
    server_max_body_bytes: int = Field(
        default=1_000_000, gt=0, description="Largest body of a request to the server, in bytes."
    )
    server_body_timeout_s: float = Field(
        default=10.0, gt=0, description="Longest time that a client may take to send a request."
    )
    server_max_connections: int = Field(
        default=1_000, gt=0, description="Most connections at a time; others are told to come back (503)."
    )
    server_max_waiting_events: int = Field(
        default=20_000, gt=0, description="Most events that wait to be stored; beyond, clients get a 503."
    )
    server_requests_per_s: float = Field(
        default=50.0, gt=0, description="Requests that one client address may make in the long run."
    )
    server_burst_requests: int = Field(
        default=200, gt=0, description="Requests that one client address may make at once."
    )
    server_session_hours: float = Field(
        default=12.0, gt=0, description="How long a login to the server's pages lasts at most."
    )
    server_session_idle_minutes: float = Field(default=60.0, gt=0, description="How long it lasts unused.")

    # History
    history_max_runs: int = Field(
        default=500,
        ge=0,
        le=100_000,
        description="Audits, and content analyses, that are kept of each page for comparison; the oldest "
        "go first. 0 keeps none.",
    )

    # Benchmarks
    benchmark_tables: Path | None = Field(
        default=None,
        description="Folder of your own benchmark tables (`*.toml`), which add to and override the product's.",
    )

    # Personal and health data
    actor: str | None = Field(
        default=None,
        description="Who works with this installation, as the log of accesses names them; the login name when "
        "not set.",
    )
    least_group_size: int = Field(
        default=5,
        ge=2,
        le=1_000,
        description="Of groups of fewer caregivers or clients nothing is told (k-anonymity).",
    )
    share_personal_data: bool = Field(
        default=False,
        description="Models, transcripts and reports see names, not pseudonyms; logs never do.",
    )
    share_health_data_with_remote_model: bool = Field(
        default=False,
        description="Models, whether they run elsewhere or on this machine, and the transcript of what they were "
        "told, see data about people's health; logs and reports never do.",
    )

    # Keys of vendors and tokens of platforms (each optional)
    pagespeed_api_key: SecretStr | None = Field(
        default=None, description="Google PageSpeed Insights and CrUX."
    )
    google_api_key: SecretStr | None = Field(default=None, description="Google Search Console access token.")
    security_api_key: SecretStr | None = Field(default=None, description="Google Web Risk or Safe Browsing.")
    ahrefs_api_key: SecretStr | None = Field(default=None, description="Ahrefs API v3.")
    semrush_api_key: SecretStr | None = Field(default=None, description="Semrush API.")
    moz_api_key: SecretStr | None = Field(default=None, description="Moz API.")
    vendor_max_units_per_run: dict[str, Annotated[int, Field(ge=0)]] = Field(
        default={},
        description="Most paid units that one run may spend with a vendor's key, as JSON, as in "
        '`{"ahrefs": 10000, "moz": 50}`; unset means 5,000 for ahrefs and semrush, 25 for moz; 0 nothing paid.',
    )
    vendor_base_urls: dict[str, str] = Field(
        default={},
        description="Other addresses of vendors' APIs as JSON, as in "
        '`{"pagespeed": "https://proxy.example/pagespeedonline/v5"}`.',
    )

    @field_validator(
        "allowed_origins",
        "allowed_ports",
        "server_allowed_hosts",
        "server_allowed_origins",
        "server_trusted_proxies",
        mode="before",
    )
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(
                f"{value!r} is not an IANA time zone; expected one such as 'Europe/Berlin'"
            ) from error
        return value

    @property
    def sqlite_path(self) -> Path:
        """Where the SQLite database lies when no `database_url` is set."""
        return self.home / "ag2_marketing.sqlite3"

    def vendor_keys(self) -> dict[str, SecretStr]:
        """Return the vendors' keys that are set, by the names that the public methods take (`ahrefs`, …)."""
        suffix = "_api_key"
        return {
            name.removesuffix(suffix): value
            for name in type(self).model_fields
            if name.endswith(suffix) and name != "llm_api_key" and (value := getattr(self, name)) is not None
        }
