"""What keeps one brand's rows from another's in the database itself, as model constraints.

Django's migrations carry them like any other constraint, so `makemigrations --check` sees a
model that lost one; doctor and test_architecture read the catalogue to be sure."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.constraints import BaseConstraint

# A sub-select, so that PostgreSQL reads the setting once per query and not once per row.
_IN_SCOPE = (
    "brand_id = ANY((SELECT string_to_array("
    "NULLIF(current_setting('app.brands', true), ''), ',')::bigint[])::bigint[])"
)


class _CatalogueConstraint(BaseConstraint):
    """SQL run at the end of the migration, when the tables it names exist."""

    def statements(self, model: type[models.Model]) -> list[str]:
        raise NotImplementedError

    def undo(self, model: type[models.Model]) -> list[str]:
        raise NotImplementedError

    def constraint_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        return self.create_sql(model, schema_editor)

    def create_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        assert model is not None
        assert schema_editor is not None
        schema_editor.deferred_sql.extend(self.statements(model))
        return ""

    def remove_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        assert model is not None
        return "; ".join(self.undo(model))

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database refuses by itself; a form has nothing to check here."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)


class RowSecurity(_CatalogueConstraint):
    """Row security, enabled and forced, with the one policy of the house."""

    def statements(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        return [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY "{self.name}" ON "{table}" '
            f"USING ({_IN_SCOPE}) WITH CHECK ({_IN_SCOPE})",
        ]

    def undo(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        return [
            f'DROP POLICY "{self.name}" ON "{table}"',
            f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
        ]


class BrandFK(_CatalogueConstraint):
    """FOREIGN KEY (brand_id, x_id): a row can only point at a row of its own brand.

    A single-column key would not do: its check ignores row security."""

    def __init__(self, *, field: str, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def statements(self, model: type[models.Model]) -> list[str]:
        field: Any = model._meta.get_field(self.field)
        target = field.remote_field.model._meta.db_table
        return [
            f'ALTER TABLE "{model._meta.db_table}" ADD CONSTRAINT "{self.name}" '
            f'FOREIGN KEY ("brand_id", "{field.column}") REFERENCES "{target}" ("brand_id", "id")'
        ]

    def undo(self, model: type[models.Model]) -> list[str]:
        return [f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT "{self.name}"']

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs["field"] = self.field
        return path, tuple(args), kwargs


class AppendOnly(_CatalogueConstraint):
    """Rows are only ever added: the app role may not change them, and a trigger refuses anyone.

    `but` names columns that hold a judgement of ours about the row, which may be revised."""

    def __init__(self, *, name: str, but: tuple[str, ...] = ()) -> None:
        super().__init__(name=name)
        self.but = but

    def statements(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        facts = [f'"{f.column}"' for f in model._meta.concrete_fields if f.column not in self.but]
        changing = f"UPDATE OF {', '.join(facts)}" if self.but else "UPDATE"
        revised = ", ".join(f'"{column}"' for column in self.but)
        grant = f'GRANT UPDATE ({revised}) ON "{table}" TO "{settings.DB_APP_ROLE}"'
        return [
            """
            CREATE OR REPLACE FUNCTION rapport_refuse_change() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME
                    USING ERRCODE = 'restrict_violation';
            END $$
            """,
            f'CREATE TRIGGER "{self.name}" BEFORE {changing} OR DELETE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION rapport_refuse_change()",
            f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM "{settings.DB_APP_ROLE}"',
            *([grant] if self.but else []),
        ]

    def undo(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        return [
            f'DROP TRIGGER "{self.name}" ON "{table}"',
            f'GRANT UPDATE, DELETE ON "{table}" TO "{settings.DB_APP_ROLE}"',
        ]

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        if self.but:
            kwargs["but"] = self.but
        return path, tuple(args), kwargs


class DoubleEntry(_CatalogueConstraint):
    """On the table of postings: each journal is written at once and sums to zero in each unit.

    A journal carries the time of the transaction that writes it, whatever the writer says, and
    takes postings in no other: history cannot be changed by additions that balance. The sum is
    looked at when the transaction commits, as the owner: its brand's scope is closed by then."""

    def statements(self, model: type[models.Model]) -> list[str]:
        postings = model._meta.db_table
        journals, accounts = self._tables(model)
        refused = "USING ERRCODE = 'restrict_violation'"
        return [
            """
            CREATE OR REPLACE FUNCTION rapport_stamp_journal() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
                NEW.recorded_at := transaction_timestamp();
                RETURN NEW;
            END $$
            """,
            f"""
            CREATE OR REPLACE FUNCTION rapport_refuse_late_posting() RETURNS trigger
            LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM added
                    LEFT JOIN "{journals}" j
                        ON j.brand_id = added.brand_id AND j.id = added.journal_id
                    WHERE j.recorded_at IS DISTINCT FROM transaction_timestamp()
                ) THEN
                    RAISE EXCEPTION 'a journal takes no postings after it was written' {refused};
                END IF;
                RETURN NULL;
            END $$
            """,  # noqa: S608 (the names are those of our own tables)
            f"""
            CREATE OR REPLACE FUNCTION rapport_check_balanced() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
            DECLARE
                units bigint;
                sides bigint;
            BEGIN
                SELECT count(*) FILTER (WHERE unit.total <> 0), coalesce(sum(unit.postings), 0)
                INTO units, sides
                FROM (
                    SELECT sum(p.amount_minor) AS total, count(*) AS postings
                    FROM "{postings}" p
                    JOIN "{accounts}" a ON a.brand_id = p.brand_id AND a.id = p.account_id
                                       AND a.unit = p.unit
                    WHERE p.brand_id = NEW.brand_id AND p.journal_id = NEW.id
                    GROUP BY p.unit
                ) AS unit;
                IF units > 0 OR sides < 2 OR sides <> (
                    SELECT count(*) FROM "{postings}" p
                    WHERE p.brand_id = NEW.brand_id AND p.journal_id = NEW.id
                ) THEN
                    RAISE EXCEPTION 'journal % does not balance', NEW.id
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NULL;
            END $$
            """,  # noqa: S608 (the names are those of our own tables)
            f'CREATE TRIGGER "{self.name}_stamp" BEFORE INSERT ON "{journals}" '
            "FOR EACH ROW EXECUTE FUNCTION rapport_stamp_journal()",
            f'CREATE CONSTRAINT TRIGGER "{self.name}" AFTER INSERT ON "{journals}" '
            "DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION rapport_check_balanced()",
            f'CREATE TRIGGER "{self.name}_at_once" AFTER INSERT ON "{postings}" '
            "REFERENCING NEW TABLE AS added "
            "FOR EACH STATEMENT EXECUTE FUNCTION rapport_refuse_late_posting()",
        ]

    def undo(self, model: type[models.Model]) -> list[str]:
        journals, _ = self._tables(model)
        return [
            f'DROP TRIGGER "{self.name}_at_once" ON "{model._meta.db_table}"',
            f'DROP TRIGGER "{self.name}" ON "{journals}"',
            f'DROP TRIGGER "{self.name}_stamp" ON "{journals}"',
        ]

    def _tables(self, model: type[models.Model]) -> list[str]:
        keys: list[Any] = [model._meta.get_field(name) for name in ("journal", "account")]
        return [key.remote_field.model._meta.db_table for key in keys]


def owned(
    table: str, *foreign_keys: str, append_only: bool = False, judged: tuple[str, ...] = ()
) -> Iterator[BaseConstraint]:
    """The constraints of every brand-owned table: `constraints = [*owned("order", "customer")]`.

    `foreign_keys` names each ForeignKey to another brand-owned model; `judged` the columns of an
    append-only table that may be revised all the same."""
    yield models.UniqueConstraint(fields=["brand", "id"], name=f"{table}_brand_id")
    yield RowSecurity(name=f"{table}_row_security")
    for field in foreign_keys:
        yield BrandFK(field=field, name=f"{table}_{field}_same_brand")
    if append_only:
        yield AppendOnly(name=f"{table}_append_only", but=judged)
