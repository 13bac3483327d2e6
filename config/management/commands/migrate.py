"""`migrate` as the tables' owner: the app role may use tables, never make or change them."""

from typing import Any

from django.core.management.commands import migrate

from config.migrating import one_model_at_a_time
from config.roles import as_migrate_role, prepare_schema


class Command(migrate.Command):
    """Django's command, run on a connection of the migrate role."""

    def handle(self, *args: Any, **options: Any) -> None:
        with as_migrate_role(options["database"]) as connection, one_model_at_a_time():
            prepare_schema(connection)
            super().handle(*args, **options)
