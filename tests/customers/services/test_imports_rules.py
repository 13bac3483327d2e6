"""What an import may and may not do: wishes, erased people, what is known already, rivals."""

import io

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from customers.imports.mapping import Mapping
from customers.imports.registry import kind_of
from customers.imports.workbench import Job, Slice, Workbench
from customers.models.attributes import AttributeDefinition, AttributeValue
from customers.models.consents import Consent, ConsentState, Suppression
from customers.models.customers import Customer
from customers.models.imports import Import, ImportRecipe, ImportReject
from customers.models.orders import Order, Refund
from customers.models.segments import DirtyCustomer
from customers.selectors.erasure import hash_of
from customers.services import imports
from customers.services.attributes import define_attribute
from customers.services.consents import record_consent, withdraw_consent
from customers.services.customers import Details, upsert_customer
from customers.services.facts import Written, audit_facts
from customers.services.identities import add_identity
from customers.services.privacy import erase_customer
from tests.conftest import Cast
from tests.crowds import at_once
from tests.customers.imports import make_files
from tests.customers.services.test_imports import SMALL, contents, run, upload

pytestmark = pytest.mark.django_db

PEOPLE = "Email,First name,City,Tags,Newsletter,Consent date,Consent IP,Size\n"


def people(*rows: str) -> str:
    return PEOPLE + "".join(f"{row}\n" for row in rows)


def test_a_yes_is_proven_claimed_or_nothing_as_the_person_says(cast: Cast) -> None:
    text = people(
        "a@example.com,Ann,,,yes,2024-05-01 10:00,203.0.113.9,", "b@example.com,Ben,,,yes,,,"
    )
    imported = run(cast.grocer, upload(cast.grocer, text))
    assert imported.counts["consents_recorded"] == 2
    with brand_scope(cast.grocer):
        acts = Consent.objects.order_by("customer__email_norm")
        assert [act.basis for act in acts] == ["consent", "claimed"]
        assert acts[0].proof["opt_in_ip"] == "203.0.113.0"
        assert acts[0].at.isoformat() == "2024-05-01T09:00:00+00:00"
    other = run(cast.floral, upload(cast.floral, text, options={"basis": "soft_opt_in"}))
    with brand_scope(cast.floral):
        bases = set(Consent.objects.filter(import_id=other.pk).values_list("basis", flat=True))
        assert bases == {"soft_opt_in"}


def test_a_yes_that_stands_for_nothing_records_nothing(cast: Cast) -> None:
    text = people("a@example.com,Ann,,,yes,,,", "b@example.com,Ben,,,no,,,")
    imported = run(cast.grocer, upload(cast.grocer, text, options={"basis": "none"}))
    assert imported.counts["consents_recorded"] == 0
    assert imported.counts["withdrawals_recorded"] == 1
    with brand_scope(cast.grocer):
        assert [act.status for act in Consent.objects.all()] == ["withdrawn"]


def test_of_two_rows_of_one_customer_the_no_is_heard(cast: Cast) -> None:
    with brand_scope(cast.grocer):
        ann = upsert_customer(email="a@example.com").customer
        add_identity(customer=ann, kind="email", value="b@example.com")
    text = people(
        "a@example.com,Ann,,,yes,2024-05-01 10:00,203.0.113.9,",
        "c@example.com,Cem,,,yes,,,",
        "b@example.com,Ann,,,no,,,",
    )
    imported = run(cast.grocer, upload(cast.grocer, text))
    assert imported.counts == imported.foreseen
    assert (imported.counts["consents_recorded"], imported.counts["withdrawals_recorded"]) == (1, 1)
    with brand_scope(cast.grocer):
        assert ConsentState.objects.get(customer=ann).status == "withdrawn"


def test_a_dead_address_is_listed_and_not_its_customers_other_one(cast: Cast) -> None:
    with brand_scope(cast.grocer):
        ann = upsert_customer(email="ann@example.com").customer
        add_identity(customer=ann, kind="email", value="old@example.com")
        ben = upsert_customer(email="ben@example.com").customer
        DirtyCustomer.objects.all().delete()
    text = ",".join(make_files.MAILCHIMP) + "\n"
    for address in ("old@example.com", "ben@example.com"):
        text += address + "," * (len(make_files.MAILCHIMP) - 1) + "\n"
    name = "cleaned_members_export_1.csv"
    imported = run(cast.grocer, upload(cast.grocer, text, name=name))
    assert imported.counts == imported.foreseen
    with brand_scope(cast.grocer):
        listed = Suppression.objects.order_by("address").values_list("address", flat=True)
        assert list(listed) == ["ben@example.com", "old@example.com"]
        dirty = DirtyCustomer.objects.values_list("customer_id", flat=True)
        assert ben.pk in set(dirty)


def test_who_claims_a_permission_is_kept(cast: Cast) -> None:
    with brand_scope(cast.grocer):
        imported = imports.create_import(
            brand=cast.grocer,
            file=io.BytesIO(people("a@example.com,Ann,,,yes,,,").encode()),
            file_name="people.csv",
            user_id=cast.ana.pk,
        )
        imports.map_columns(
            imported=imported,
            kind=kind_of(imported.kind),
            mapping=Mapping.from_json(imported.mapping),
        )
    imports.check_import(brand_id=cast.grocer.pk, import_id=imported.pk)
    run(cast.grocer, imported)
    with brand_scope(cast.grocer):
        assert Consent.objects.get().claimed_by_id == cast.ana.pk


def test_a_no_beats_every_yes_and_a_yes_never_beats_a_no(cast: Cast) -> None:
    with brand_scope(cast.grocer):
        ann = upsert_customer(email="a@example.com").customer
        ben = upsert_customer(email="b@example.com").customer
        record_consent(customer=ann, source="form")
        withdraw_consent(customer=ben, source="link")
    text = people(
        "a@example.com,,,,no,,,",
        "b@example.com,,,,yes,2026-01-01,203.0.113.9,",
        "c@example.com,,,,yes,,,",
        "c@example.com,,,,no,,,",
    )
    imported = run(cast.grocer, upload(cast.grocer, text))
    assert imported.counts == imported.foreseen
    assert imported.counts["consents_recorded"] == 0
    assert imported.counts["withdrawals_recorded"] == 2
    with brand_scope(cast.grocer):
        assert set(ConsentState.objects.values_list("status", flat=True)) == {"withdrawn"}
        assert ConsentState.objects.count() == 3
        assert Consent.objects.filter(customer=ben).count() == 1


def test_somebody_erased_does_not_come_back_and_leaves_no_trace(cast: Cast) -> None:
    with brand_scope(cast.grocer):
        Suppression.objects.create(
            channel="email", address=hash_of("ann@example.com"), reason="erased"
        )
    text = people("ann@example.com,Ann,Leeds,,no,,,", "b@example.com,Ben,,,,,,")
    imported = run(cast.grocer, upload(cast.grocer, text))
    assert imported.counts == imported.foreseen
    assert imported.counts["reasons"] == {"erased": 1}
    assert (imported.counts["lines_used"], imported.counts["lines_rejected"]) == (1, 1)
    with brand_scope(cast.grocer):
        assert list(Customer.objects.values_list("email_norm", flat=True)) == ["b@example.com"]
        rejects = ImportReject.objects.filter(of=imported)
        assert list(rejects.values_list("line_number", "reason", "cells")) == [(2, "erased", [])]


def test_what_somebody_erased_bought_is_nobodys(cast: Cast) -> None:
    with brand_scope(cast.grocer):
        Suppression.objects.create(
            channel="email", address=hash_of("ann@example.com"), reason="erased"
        )
    imported = run(cast.grocer, upload(cast.grocer, SMALL))
    assert imported.counts == imported.foreseen
    assert imported.counts["reasons"] == {}
    assert imported.counts["lines_used"] == 5
    assert imported.counts["orders_unattributed"] == 2
    assert imported.counts["consents_recorded"] == 0
    with brand_scope(cast.grocer):
        assert list(Customer.objects.values_list("email_norm", flat=True)) == ["ben@example.com"]
        orders = Order.objects.order_by("source_id")
        assert list(
            orders.values_list("source_id", "customer__email_norm", "gross_minor", "is_counted")
        ) == [
            ("A1", None, 1550, True), ("A2", "ben@example.com", 500, True), ("A3", None, 999, True),
        ]  # fmt: skip
        assert list(Refund.objects.values_list("customer", "amount_minor")) == [(None, 333)]
        assert audit_facts() == Written(0, 0)


def test_orders_that_an_erased_record_has_stay_with_it(cast: Cast) -> None:
    run(cast.grocer, upload(cast.grocer, SMALL))
    with brand_scope(cast.grocer):
        ann = Customer.objects.get(email_norm="ann@example.com")
        erase_customer(customer=ann)
    corrected = SMALL.replace("VASE,1,5.50", "VASE,1,7.50") + (
        "A4,2026-03-01 08:00,ann@example.com,Ann,Lee,yes,ROSE,1,4.00\n"
    )
    imported = run(cast.grocer, upload(cast.grocer, corrected))
    assert imported.counts == imported.foreseen
    assert (imported.counts["orders_updated"], imported.counts["orders_created"]) == (1, 1)
    with brand_scope(cast.grocer):
        orders = Order.objects.order_by("source_id").exclude(source_id="A2")
        assert list(orders.values_list("source_id", "customer", "gross_minor")) == [
            ("A1", ann.pk, 1750), ("A3", ann.pk, 999), ("A4", None, 400),
        ]  # fmt: skip
        assert list(Refund.objects.values_list("customer", "amount_minor")) == [(ann.pk, 333)]
        assert Customer.objects.get(pk=ann.pk).first_name == ""
        assert audit_facts() == Written(0, 0)


def test_marketplace_addresses_count_and_are_marked(cast: Cast) -> None:
    text = people("x7@marketplace.amazon.co.uk,Ann,,,,,,", "b@example.com,Ben,,,,,,")
    run(cast.grocer, upload(cast.grocer, text))
    with brand_scope(cast.grocer):
        marked = Customer.objects.filter(is_relay=True)
        assert [row.email for row in marked] == ["x7@marketplace.amazon.co.uk"]


@pytest.mark.parametrize(
    ("policy", "first_name", "city", "tags", "size"),
    [
        ("always", "Anna", "Leeds", ["old", "new"], 40),
        ("empty", "Ann", "Leeds", ["old"], 38),
        ("never", "Ann", "", ["old"], 38),
    ],
)
def test_each_column_may_win_fill_or_stand_back(
    cast: Cast, policy: str, first_name: str, city: str, tags: list[str], size: int
) -> None:
    with brand_scope(cast.grocer):
        define_attribute(name="Size", kind="number")
        ann = upsert_customer(
            email="a@example.com", details=Details(first_name="Ann", attributes={"Size": 38})
        ).customer
        Customer.objects.filter(pk=ann.pk).update(tags=["old"])
    codes = ("first_name", "city", "tags", "attribute:Size")
    imported = upload(
        cast.grocer,
        people("a@example.com,Anna,Leeds,new,,,,40"),
        options={"overwrite": dict.fromkeys(codes, policy)},
        attributes={"Size": (7, "number")},
    )
    run(cast.grocer, imported)
    assert imported.counts == imported.foreseen
    with brand_scope(cast.grocer):
        ann.refresh_from_db()
        assert (ann.first_name, ann.city, ann.tags) == (first_name, city, tags)
        assert ann.attributes == {"Size": size}


def test_new_attributes_are_declared_by_the_run_and_promoted_ones_follow(cast: Cast) -> None:
    imported = upload(
        cast.grocer, people("a@example.com,Ann,,,,,,40"), attributes={"Size": (7, "number")}
    )
    with brand_scope(cast.grocer):
        assert not AttributeDefinition.objects.exists()
    run(cast.grocer, imported)
    with brand_scope(cast.grocer):
        assert AttributeDefinition.objects.get().kind == "number"
        AttributeDefinition.objects.update(is_promoted=True)
    run(
        cast.grocer,
        upload(cast.grocer, people("a@example.com,,,,,,,41"), attributes={"Size": (7, "number")}),
    )
    with brand_scope(cast.grocer):
        assert AttributeValue.objects.get().number == 41


def test_segments_look_again_at_whom_a_file_touched_and_at_nobody_else(cast: Cast) -> None:
    run(cast.grocer, upload(cast.grocer, SMALL))
    with brand_scope(cast.grocer):
        everybody = set(Customer.objects.values_list("pk", flat=True))
        assert everybody <= set(DirtyCustomer.objects.values_list("customer_id", flat=True))
        DirtyCustomer.objects.all().delete()
    run(cast.grocer, upload(cast.grocer, SMALL))
    with brand_scope(cast.grocer):
        assert not DirtyCustomer.objects.exists()


def test_an_import_is_no_news_unless_somebody_says_so(cast: Cast) -> None:
    run(cast.grocer, upload(cast.grocer, SMALL))
    run(cast.floral, upload(cast.floral, SMALL, options={"is_live": True}))
    for brand, is_live in ((cast.grocer, False), (cast.floral, True)):
        with brand_scope(brand):
            done = DomainEvent.objects.get(type="import.completed")
            assert done.payload["is_live"] is is_live


def test_columns_and_choices_are_remembered_for_the_next_file(cast: Cast) -> None:
    text = "Kontakt,Vorname?,Extra\na@example.com,Ann,7\n"
    with brand_scope(cast.grocer):
        imported = imports.create_import(
            brand=cast.grocer, file=io.BytesIO(text.encode()), file_name="x.csv", user_id=None
        )
        imports.map_columns(
            imported=imported,
            kind=kind_of("generic_customers"),
            mapping=Mapping({"email": 0, "first_name": 1}, "DMY", ",", {"Extra": (2, "number")}),
        )
        again = imports.create_import(
            brand=cast.grocer, file=io.BytesIO(text.encode()), file_name="y.csv", user_id=None
        )
        assert again.kind == "generic_customers"
        imported.refresh_from_db()
        again.refresh_from_db()
        assert again.mapping == imported.mapping
        assert ImportRecipe.objects.count() == 1
    with brand_scope(cast.floral):
        other = imports.create_import(
            brand=cast.floral, file=io.BytesIO(text.encode()), file_name="y.csv", user_id=None
        )
        assert other.mapping["columns"] != imported.mapping["columns"]


def test_a_run_that_is_killed_at_half_ends_at_the_same_totals(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customers.imports.workbench.SLICE_LINES", 100)
    data = make_files.shopify_orders()
    run(cast.floral, upload(cast.floral, data))
    imported = upload(cast.grocer, data)
    with brand_scope(cast.grocer):
        imports.request_import(imported=imported)
    done = []
    merge_once = imports._merge_once

    def dying(*arguments: object) -> None:
        merge_once(*arguments)  # type: ignore[arg-type]
        done.append(arguments)
        if len(done) == 6:
            raise KeyboardInterrupt

    monkeypatch.setattr(imports, "_merge_once", dying)
    with pytest.raises(KeyboardInterrupt):
        imports.run_import(brand_id=cast.grocer.pk, import_id=imported.pk)
    run_again = imports.run_import(brand_id=cast.grocer.pk, import_id=imported.pk)
    assert run_again
    with brand_scope(cast.grocer):
        imported.refresh_from_db()
        assert imported.counts == imported.foreseen
        assert audit_facts() == Written(0, 0)
    ours, theirs = contents(cast.grocer), contents(cast.floral)
    assert ours["orders"] == theirs["orders"]
    assert ours["lines"] == theirs["lines"]
    assert ours["refunds"] == theirs["refunds"]


def test_whoever_is_erased_while_a_file_comes_in_stays_erased(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with brand_scope(cast.grocer):
        ann = upsert_customer(email="ann@example.com").customer
    imported = upload(
        cast.grocer, people("ann@example.com,Ann,Leeds,,no,,,", "b@example.com,,,,,,,")
    )
    merge = imports._merge

    def late(job: Job, bench: Workbench, part: Slice) -> None:
        with brand_scope(cast.grocer):
            if Customer.objects.get(pk=ann.pk).erased_at is None:
                erase_customer(customer=ann)
        merge(job, bench, part)

    monkeypatch.setattr(imports, "_merge", late)
    imported = run(cast.grocer, imported)
    assert imported.counts["reasons"] == {"erased": 1}
    with brand_scope(cast.grocer):
        ann.refresh_from_db()
        assert (ann.email, ann.city, ann.first_name) == ("", "", "")
        assert Customer.objects.filter(erased_at=None).get().email == "b@example.com"
        assert not Consent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_give_the_result_of_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customers.imports.workbench.SLICE_LINES", 150)
    data = make_files.shopify_orders()
    run(cast.floral, upload(cast.floral, data))
    both = [upload(cast.grocer, data) for _ in range(2)]

    def work(imported: Import) -> None:
        while not imports.run_import(brand_id=cast.grocer.pk, import_id=imported.pk):
            pass

    with brand_scope(cast.grocer):
        for imported in both:
            imports.request_import(imported=imported)
    at_once(work, both)
    ours, theirs = contents(cast.grocer), contents(cast.floral)
    for what in ("orders", "lines", "refunds", "facts"):
        told = [row for row in theirs[what] if "rae@" not in str(row)]
        assert ours[what] == [row for row in told if "winter" not in str(row)], what
    with brand_scope(cast.grocer):
        for imported in both:
            imported.refresh_from_db()
            assert imported.state == Import.State.DONE
        made = [imported.counts["orders_created"] for imported in both]
        assert sum(made) == Order.objects.count()
        assert audit_facts() == Written(0, 0)
