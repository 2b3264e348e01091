"""What a deployment can set, read once from the environment and passed down; never read in workflows."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

# An empty variable reads as one that is not set.
DatabaseUrl = Annotated[
    str | None,
    Field(
        pattern=r"^(postgresql\+asyncpg://([^:/]*(:[^@]*)?@)?(\[[^/?]+\]|[^:/?]*)(:\d+)?(/[^?]*)?(\?.*)?)?$",
        description="a URL such as postgresql+asyncpg://USER:PASSWORD@HOST:PORT/DATABASE",
    ),
]
RedisUrl = Annotated[
    str | None,
    Field(
        pattern=r"^((rediss?://([^@/]*@)?(\[[^/?]+\]|[^:/?]*)(:\d+)?(/\d*)?|unix://[^?]+)(\?.*)?)?$",
        description="a URL such as redis://:PASSWORD@HOST:PORT/0",
    ),
]
HttpUrl = Annotated[
    str | None, Field(pattern=r"^(https?://[^/\s]+.*)?$", description="a URL such as https://HOST:PORT")
]
SmtpUrl = Annotated[
    str | None,
    Field(
        pattern=r"^(smtps?://([^@/]*@)?(\[[^/?]+\]|[^:/?@]+)(:\d+)?/?(\?tls=off)?)?$",
        description="a URL such as smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST",
    ),
]
Sender = Annotated[
    str | None,
    Field(
        pattern=r"^([^<>@\x00-\x1f\x7f]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)?$",
        description="an address such as Support <support@example.com>",
    ),
]
Port = Annotated[int, Field(ge=1, le=65535, description="a port from 1 to 65535")]
MetricsPort = Annotated[int, Field(ge=0, le=65535, description="a port from 1 to 65535, or 0 for none")]
PerMinute = Annotated[int, Field(ge=1, description="a whole number above 0")]


class Settings(BaseSettings):
    """Every variable of the product. With none set, `omni dev` fills them for its embedded parts."""

    model_config = SettingsConfigDict(extra="ignore")

    def __init__(self, **values: Any) -> None:
        """Read the environment; `values` go before it.

        Raises:
            SystemExit: a variable cannot be used. Programs read their settings first, and this one ends a program with
                a sentence on stderr and exit code 1. The value is not told: it may hold a password.
        """
        try:
            super().__init__(**values)
        except ValidationError as wrong:
            names = [str(error["loc"][0]) for error in wrong.errors()]
            fields = {field.validation_alias: field for field in type(self).model_fields.values()}
            wanted = [f"{name} must be {fields[name].description}" for name in dict.fromkeys(names)]
            raise SystemExit(f"{'; '.join(wanted)}.") from None

    state_dir: Path = Field(default=Path(".omni"), validation_alias="OMNI_STATE_DIR")
    host: str = Field(default="127.0.0.1", validation_alias="OMNI_HOST")
    port: Port = Field(default=8080, validation_alias="OMNI_PORT")
    public_url: str | None = Field(default=None, validation_alias="OMNI_PUBLIC_URL")

    forwarded_allow_ips: str | None = Field(default=None, validation_alias="OMNI_TRUSTED_PROXIES")
    """Addresses of the proxies whose `X-Forwarded-*` headers are believed; none unless set (S11)."""

    database_url: DatabaseUrl = Field(default=None, validation_alias="DATABASE_URL")
    """SQLAlchemy URL (`postgresql+asyncpg://`) of the app role: neither owner nor superuser."""
    database_owner_url: DatabaseUrl = Field(default=None, validation_alias="DATABASE_OWNER_URL")
    """URL of the owner role: migrations only."""
    database_sweeper_url: DatabaseUrl = Field(default=None, validation_alias="DATABASE_SWEEPER_URL")
    """URL of the role that sees ids and cursors across tenants, for the sweeper."""
    redis_url: RedisUrl = Field(default=None, validation_alias="REDIS_URL")
    temporal_address: str | None = Field(default=None, validation_alias="TEMPORAL_ADDRESS")
    temporal_namespace: str = Field(default="default", validation_alias="TEMPORAL_NAMESPACE")
    temporal_ui_url: str | None = Field(default=None, validation_alias="OMNI_TEMPORAL_UI_URL")
    """Origin of the Temporal UI: the only one the codec endpoint answers."""
    qdrant_url: HttpUrl = Field(default=None, validation_alias="QDRANT_URL")
    openai_base_url: HttpUrl = Field(default=None, validation_alias="OPENAI_BASE_URL")
    openai_api_key: str | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_model: str | None = Field(default=None, validation_alias="OPENAI_MODEL")

    files_url: str | None = Field(
        default=None,
        validation_alias="OMNI_FILES_URL",
        pattern=r"^(s3://[^/\s]+(/\S*)?)?$",
        description="a URL such as s3://BUCKET/PREFIX",
    )
    """Where uploads lie; a folder of the state folder unless set."""
    smtp_url: SmtpUrl = Field(default=None, validation_alias="OMNI_SMTP_URL")
    """Who takes our mail: `smtps://` is TLS from the first byte, `smtp://` asks for STARTTLS. Embedded: the mailbox."""
    mail_from: Sender = Field(default=None, validation_alias="OMNI_MAIL_FROM")
    """Whom mail comes from; unless set, `noreply` at the host of `OMNI_PUBLIC_URL`."""

    master_key: str | None = Field(default=None, validation_alias="OMNI_MASTER_KEY")
    """32 bytes, base64: wraps the data keys of tenants. Embedded: `master.key` in the state folder."""
    egress_allow: str = Field(default="", validation_alias="OMNI_EGRESS_ALLOW")
    """Comma-separated `host:port` of private targets that outgoing requests may reach."""
    build_id: str | None = Field(default=None, validation_alias="OMNI_BUILD_ID")
    api_metrics_port: MetricsPort = Field(default=0, validation_alias="OMNI_API_METRICS_PORT")
    worker_metrics_port: MetricsPort = Field(default=0, validation_alias="OMNI_WORKER_METRICS_PORT")
    log_format: str = Field(default="console", validation_alias="OMNI_LOG_FORMAT")
    shop_url: str | None = Field(default=None, validation_alias="OMNI_SHOP_URL")
    widget_messages_per_minute: PerMinute = Field(
        default=600, validation_alias="OMNI_WIDGET_MESSAGES_PER_MINUTE"
    )
    """Of one visitor, per api process; far above a person's pace."""
    widget_sessions_per_minute: PerMinute = Field(
        default=300, validation_alias="OMNI_WIDGET_SESSIONS_PER_MINUTE"
    )
    """From one address."""
    otlp_endpoint: HttpUrl = Field(default=None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    """Where traces go; the exporter's other variables (`OTEL_EXPORTER_OTLP_HEADERS` …) count too."""
    telegram_api_url: HttpUrl = Field(default=None, validation_alias="TELEGRAM_API_URL")
    telegram_bridge: bool = Field(
        default=False, validation_alias="OMNI_TELEGRAM_BRIDGE", description="true or false"
    )
    """A process beside us asks Telegram for updates: `omni dev` sets it, and behind https it counts for nothing."""
    twilio_api_url: HttpUrl = Field(default=None, validation_alias="TWILIO_API_URL")
    whatsapp_api_url: HttpUrl = Field(default=None, validation_alias="WHATSAPP_API_URL")
    vk_api_url: HttpUrl = Field(default=None, validation_alias="VK_API_URL")
    max_api_url: HttpUrl = Field(default=None, validation_alias="MAX_API_URL")
    channel_proxies: str = Field(
        default="",
        validation_alias="OMNI_CHANNEL_PROXIES",
        pattern=r"^(\w+(:[^=,\s]+)?=(https?|socks5)://[^,\s]+(,|$))*$",
        description="pairs such as telegram=http://PROXY:3128,telegram:123456=socks5://PROXY:1080",
    )
    """Proxies to providers, by provider or by provider and account; the account's own goes first."""
    rate_limits: str = Field(default="", validation_alias="OMNI_RATE_LIMITS")
    """Other figures than those of `api/limits.py`: `read.person=2400,export.tenant=100`."""
    fault: str | None = Field(default=None, validation_alias="FAULT")
    """A fault point at which the process kills itself, for the kill tests (`observability.fault_point`)."""

    @property
    def public_origin(self) -> str:
        """Where browsers find us."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def polls_telegram(self) -> bool:
        """Whether updates are asked for, instead of posted by Telegram to a public address."""
        return self.telegram_bridge and not self.public_origin.startswith("https:")

    @property
    def mail_sender(self) -> str:
        """Whom mail comes from."""
        return (
            self.mail_from
            or f"OmniSupport <noreply@{urlsplit(self.public_url or '').hostname or 'localhost'}>"
        )

    @property
    def knowledge_dir(self) -> Path:
        """Where the embedded vector engine keeps its shard."""
        return self.state_dir / "knowledge"

    @property
    def files_dir(self) -> Path:
        """Where uploads lie when no bucket is named."""
        return self.state_dir / "files"


def settle_heap() -> None:
    """Call when start-up is done: its modules and tables live for good, and no collection looks at them again."""
    gc.collect()
    gc.freeze()
