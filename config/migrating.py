"""Migrations at a pace: the historical models are rendered one at a time where one is enough.

After each change of a model Django renders every model anew that is related to it; in this house
all are, through the brand, and the first start took most of a minute for that alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.postgres.operations import ValidateConstraint
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    RemoveConstraint,
    RemoveIndex,
    RunSQL,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_OF_ONE_MODEL = (
    AddConstraint,
    AddField,
    AddIndex,
    CreateModel,
    RemoveConstraint,
    RemoveIndex,
    RunSQL,
    ValidateConstraint,
)


def _concerns_one_model(change: Operation) -> bool:
    """Whether its SQL is made from the model itself and the names of the tables it points at."""
    if isinstance(change, AlterField):
        # Tables that point at a field, which must be unique for that, are altered with it.
        return not change.field.is_relation and not change.field.unique
    return isinstance(change, _OF_ONE_MODEL)


@contextmanager
def one_model_at_a_time() -> Iterator[None]:
    """Within it a migration of such operations renders only the model that changes; any other
    migration begins with all models rendered anew, and is applied as Django does it."""
    # The stubs leave the first one out, and want neither replaced.
    find, apply = ProjectState._find_reload_model, Migration.apply  # type: ignore[attr-defined]

    def find_itself(
        state: ProjectState, app_label: str, model_name: str, delay: bool = False
    ) -> set[tuple[str, str]]:
        state.is_delayed = True
        return {(app_label, model_name)}

    def apply_at_a_pace(
        migration: Migration,
        state: ProjectState,
        editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,
    ) -> ProjectState:
        alone = all(_concerns_one_model(change) for change in migration.operations)
        if not alone:
            state.clear_delayed_apps_cache()
        ProjectState._find_reload_model = find_itself if alone else find  # type: ignore[attr-defined]
        return apply(migration, state, editor, collect_sql)

    Migration.apply = apply_at_a_pace  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        Migration.apply = apply  # type: ignore[method-assign]
        ProjectState._find_reload_model = find  # type: ignore[attr-defined]
