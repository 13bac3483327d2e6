"""What came of a partner's offer is stated, agreed to and paid, to the cent and once."""

import csv
import hashlib
import io
import re
from datetime import timedelta

from accounts.models.users import User
from accounts.scope import Actor, acting, brand_scope
from accounts.selectors.ledger import balance
from accounts.selectors.ledger_checks import check_ledger
from accounts.services.ledger import AccountKind
from config.kit.clock import as_of, day_in, now
from config.samples.taking import Till, lines
from config.samples.venture import Scene, ok
from config.samples.walk import expect, wait_until
from customers.models.customers import Customer
from partners.models.settlements import PayoutBatch, Statement
from partners.selectors.statements import public_id
from partners.services.bank_details import save_bank_details
from partners.services.bookings import owner_of

_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")
_ALL = (AccountKind.PENDING, AccountKind.PAYABLE, AccountKind.DEBT)
_IBAN = "GB82WEST12345698765432"


def settle(scene: Scene, till: Till) -> None:
    statement = _state(scene)
    _pay(scene, statement)
    _take_back(scene, till)
    _prove(scene)


def _state(scene: Scene) -> Statement:
    with scene.walk.step("statement") as counted:
        until = day_in(scene.walk.brand.time_zone)
        ok(scene.desk.post(scene.of_partnership("statements/issue/"), until=until))
        with brand_scope(scene.walk.brand):
            statement = Statement.objects.get(partnership=scene.partnership)
        expect("lines and total", (statement.lines_count, statement.total_minor), (2, 951))
        home = scene.at_partner(f"statements/{public_id(statement)}/")
        expect("the total on the page", "9.51" in ok(scene.partner.get(home)).words, True)
        file = ok(scene.partner.get(f"{home}lines.csv")).text
        digest = hashlib.sha256(file.encode()).hexdigest()
        expect("hash of the file", digest, statement.content_hash)
        rows = list(csv.DictReader(io.StringIO(file)))
        amounts = [row["amount"] for row in rows if row["kind"] == "line"]
        expect(
            "lines of the file", (sorted(amounts), rows[-1]["amount"]), (["1.50", "8.01"], "9.51")
        )
        pdf = ok(scene.partner.get(f"{home}statement.pdf")).text
        expect("the PDF", pdf[:4], "%PDF")
        ok(scene.partner.post(f"{home}agree/"))
        with brand_scope(scene.walk.brand):
            statement.refresh_from_db()
        expect("state", statement.state, Statement.State.AGREED)
        counted("$9.51 on page, CSV and PDF; what is on hold waits; the partner agrees")
    return statement


def _pay(scene: Scene, statement: Statement) -> None:
    with scene.walk.step("payout") as counted:
        page = scene.partner.post(scene.at_partner("bank/"), holder="Trattoria", iban=_IBAN)
        expect("bank details without a second factor", page.status, 403)
        _bank_details(scene)
        page = ok(scene.desk.post(scene.at_brand("payouts/"), statement=public_id(statement)))
        with brand_scope(scene.walk.brand):
            batch = PayoutBatch.objects.get()
        expect("total", batch.total_minor, 951)
        files = [ok(scene.desk.get(f"{page.path}file.csv")).text for _ in range(2)]
        digests = {hashlib.sha256(each.encode()).hexdigest() for each in files}
        expect("both files", digests, {batch.file_hash})
        row = next(csv.DictReader(io.StringIO(files[0])))
        expect("payment", (row["iban"], row["amount"], row["currency"]), (_IBAN, "9.51", "USD"))
        ok(scene.desk.post(page.path))
        expect("confirmed again", scene.desk.post(page.path).status, 409)
        with brand_scope(scene.walk.brand):
            statement.refresh_from_db()
        expect("state", statement.state, Statement.State.PAID)
        counted("one file, the same to the byte; confirmed once, a second time refused")


def _bank_details(scene: Scene) -> None:
    """Three days ago, since new ones are used after two; the page wants a second factor."""
    with brand_scope(scene.walk.brand), as_of(now() - timedelta(days=3)):
        who = User.objects.get(email=scene.partnership.email)
        with acting(Actor("partner", who.pk)):
            save_bank_details(scene.partnership, holder="Trattoria", iban=_IBAN)


def _take_back(scene: Scene, till: Till) -> None:
    with scene.walk.step("take back") as counted:
        path = f"/partner/redemptions/{scene.redemption_id}/take-back"
        status, _ = till.program.post(path, {"reason": "Wrong table"}, key="back")
        expect("status", status, 200)
        wait_until("The correction", lambda: len(lines(scene)) == 6)
        expect("what both come to", sum(amount for _, amount, _ in lines(scene)), 951)
        counted("the first guest's $6.24 is taken back by lines of its own")


def _prove(scene: Scene) -> None:
    with scene.walk.step("nothing owed, nobody named") as counted:
        with brand_scope(scene.walk.brand):
            expect("findings in the ledger", check_ledger(), [])
            owner = owner_of(scene.partnership)
            left = [balance(owner, kind, "USD") for kind in _ALL]
            customers = set(Customer.objects.values_list("email_norm", flat=True))
        expect("pending, payable and owed", left, [0, 0, 0])
        told = {each.casefold() for page in scene.partner.shown for each in _ADDRESS.findall(page)}
        expect("the partner's own address", f"{scene.mark}@trattoria.example" in told, True)
        expect("customers' addresses", told & customers, set())
        counted(f"{len(scene.partner.shown)} answers to the partner hold no customer's address")
