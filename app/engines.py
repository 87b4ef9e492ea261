"""Which database is served: the one that the settings name."""

from app.database import Database
from app.settings import Settings
from app.sqlite import SqliteDatabase


def database_of(settings: Settings) -> Database:
    return SqliteDatabase(settings.database)
