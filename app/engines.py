"""Which database is served: the one that the settings name."""

from app.database import Database
from app.settings import Settings
from app.sqlite import SqliteDatabase


def database_of(settings: Settings) -> Database:
    if settings.database_url is None:
        return SqliteDatabase(settings.database)
    from app.postgres import PostgresDatabase  # its driver is installed where it is asked for

    return PostgresDatabase(settings.database_url.get_secret_value(), settings.database_connections)
