"""Every setting, read from the environment variable of the same name with the prefix APP_."""

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

PREFIX = "APP_"


class Settings(BaseModel):
    """Without pydantic-settings, whose other sources would take a thirtieth of the start, and as much memory as SQLite's cache."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database: Path = Path("cooperation.sqlite")
    """The SQLite file to serve; built when it is missing or was built from other records."""
    database_url: SecretStr | None = None
    """A PostgreSQL database to serve instead of the file, as libpq takes it: `postgresql://…`, of one host or several."""
    database_connections: int = Field(8, ge=1, le=100)
    """How many connections a process holds to PostgreSQL at most."""
    public_url: str = Field("", pattern=r"^(https?://[^/\s]+(/[^/\s]+)*)?$")
    """The address at which clients reach the API; links that must be absolute start with it."""
    cache_mb: int = Field(32, ge=0, le=65536)
    """How many megabytes of answers are kept in memory, ready to be sent again; 0 keeps none."""
    log_requests: bool = False
    """Whether every request leaves a line in the log; failures always do."""
    metrics_port: int = Field(0, ge=0, le=65535)
    """The port at which Prometheus finds metrics; 0 counts nothing."""
    traces: bool = False
    """Whether requests leave traces, exported as the variables of OpenTelemetry say."""

    @model_validator(mode="before")
    @classmethod
    def from_environment(cls, given: dict[str, Any]) -> dict[str, Any]:
        """What is given goes before what is set."""
        names = {name: PREFIX + name.upper() for name in cls.model_fields}
        return {name: os.environ[key] for name, key in names.items() if key in os.environ} | given
