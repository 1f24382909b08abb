from django.apps import AppConfig
from django.db.backends.signals import connection_created


def use_wal(connection, **_):
    """Readers do not wait for the writer, and what saves the database can see what has changed."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = NORMAL")


class StoriesConfig(AppConfig):
    name = "stories"

    def ready(self):
        connection_created.connect(use_wal)
