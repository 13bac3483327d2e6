"""Read a product feed: from the bytes of a file to products, and to rows that need fixing."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from xml.parsers import expat

from config.kit.csvs import decoded
from config.kit.money import digits, to_minor

MAX_BYTES = 20_000_000
MAX_PRODUCTS = 100_000
# A feed with more rows to fix than this is not the kind it is said to be.
MAX_PROBLEMS = 200
_LONGEST_CELL = 100_000
_ITEMS = {"item", "entry"}
_PRICE = re.compile(r"^\s*(?:([A-Z]{3})\s*)?(\d[\d\s,.]*?)(?:\s*([A-Z]{3}))?\s*$")
_LIMITS = {"code": 120, "title": 300, "vendor": 120, "image_url": 500, "url": 500}
_MAX_CATEGORY = 120
_MAX_TAGS = 50


class FeedUnreadable(ValueError):
    """The file is no feed of this kind; the message says what to do."""


@dataclass(frozen=True, slots=True)
class FeedProduct:
    """One product as the feed has it; "" and None where it says nothing. Minor units."""

    code: str
    title: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    vendor: str = ""
    price_minor: int | None = None
    compare_at_minor: int | None = None
    cost_minor: int | None = None
    image_url: str = ""
    url: str = ""
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class FeedProblem:
    """A row that was left out: its number (from 1, without the head), its code, and why."""

    row: int
    code: str
    reason: str


@dataclass(slots=True)
class Feed:
    products: list[FeedProduct] = field(default_factory=list)
    problems: list[FeedProblem] = field(default_factory=list)


Row = Mapping[str, str]


def read_feed(kind: str, data: bytes, *, currency: str) -> Feed:
    """All products of a feed whose prices are in the brand's `currency`. Raises FeedUnreadable."""
    if len(data) > MAX_BYTES:
        raise FeedUnreadable(f"A feed has at most {MAX_BYTES // 1_000_000} MB.")
    if not data.strip():
        raise FeedUnreadable("The file is empty.")
    rows, build = {
        "shopify_products": (_shopify_rows, _shopify_product),
        "google_xml": (_xml_rows, _google_product),
        "google_csv": (_google_rows, _google_product),
    }[kind]
    feed, seen = Feed(), set()
    for number, row in enumerate(rows(data), start=1):
        if number > MAX_PRODUCTS:
            raise FeedUnreadable(f"A feed has at most {MAX_PRODUCTS:,} products.")
        try:
            product = build(row, currency)
            if product.code in seen:
                raise ValueError("The same code stands further up; that row was used.")
            seen.add(product.code)
            feed.products.append(product)
        except ValueError as error:
            _note(feed, FeedProblem(number, _code(row)[:120], str(error)))
    if not feed.products and not feed.problems:
        raise FeedUnreadable("There is no product in this file.")
    return feed


def _note(feed: Feed, problem: FeedProblem) -> None:
    if len(feed.problems) >= MAX_PROBLEMS and not feed.products:
        raise FeedUnreadable(f"No row can be used. Row {problem.row}: {problem.reason}")
    feed.problems.append(problem)


# --- From files to rows ------------------------------------------------------------------


def _text(data: bytes) -> str:
    if b"\0" in data:
        raise FeedUnreadable("This is not a text file. Save it as CSV in UTF-8.")
    return decoded(data)


def _table(data: bytes, needs: set[str]) -> Iterator[dict[str, str]]:
    """Rows of a comma or tab separated file by the lower-case names of its columns."""
    text = _text(data)
    head = text.split("\n", 1)[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in head else ",")
    csv.field_size_limit(_LONGEST_CELL)
    try:
        names = [name.strip().lower().removeprefix("g:") for name in next(lines)]
        missing = needs - set(names)
        if missing:
            raise FeedUnreadable(f"A column is missing: {', '.join(sorted(missing))}.")
        for cells in lines:
            if any(cells):
                yield dict(zip(names, (cell.strip() for cell in cells), strict=False))
    except csv.Error as error:
        raise FeedUnreadable(f"The file breaks off in line {lines.line_num}: {error}.") from error


def _google_rows(data: bytes) -> Iterator[Row]:
    return (row for row in _table(data, {"id", "title", "price"}))


def _shopify_rows(data: bytes) -> Iterator[Row]:
    """One row per variant; what stands only on the first row of a product is filled down."""
    product: dict[str, str] = {}
    for row in _table(data, {"title"}):
        row = {_SHOPIFY.get(name, name): cell for name, cell in row.items()}
        handle = row.get("handle", "")
        if handle != product.get("handle", "") or not product:
            product = {name: row.get(name, "") for name in _OF_PRODUCT}
        if row.get("sku") or row.get("price"):
            yield {**row, **{name: row.get(name) or cell for name, cell in product.items()}}


# Shopify's column names, those until 2024 and those since, by the name used here.
_SHOPIFY = {
    "url handle": "handle",
    "variant sku": "sku",
    "variant price": "price",
    "variant compare at price": "compare_at",
    "compare-at price": "compare_at",
    "cost per item": "cost",
    "variant inventory qty": "stock",
    "inventory quantity": "stock",
    "image src": "image",
    "product image url": "image",
}
_OF_PRODUCT = ("handle", "title", "vendor", "type", "product category", "tags", "image")


def _xml_rows(data: bytes) -> Iterator[Row]:
    """Each item's own fields. What is nested deeper (a price inside of shipping) is not its own."""
    reader = _Items()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise FeedUnreadable(f"This XML breaks off: {error}.") from error
    return iter(reader.rows)


class _Items:
    """Collects the items of an RSS or Atom feed from the parser's events."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []
        self._depth = 0
        self._item_depth: int | None = None
        self._name: str | None = None
        self._pieces: list[str] = []
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        local = name.rpartition(" ")[2].lower()
        if self._item_depth is None and local in _ITEMS:
            if len(self.rows) >= MAX_PRODUCTS:
                raise FeedUnreadable(f"A feed has at most {MAX_PRODUCTS:,} products.")
            self._item_depth = self._depth
            self.rows.append({})
        elif self._item_depth is not None and self._depth == self._item_depth + 1:
            self._name, self._pieces, self._length = local, [], 0
            if local == "link" and "href" in attributes:
                self._pieces.append(attributes["href"])

    def text(self, text: str) -> None:
        is_own = self._item_depth is not None and self._depth == self._item_depth + 1
        if self._name is not None and is_own and self._length < _LONGEST_CELL:
            self._pieces.append(text)
            self._length += len(text)

    def end(self, name: str) -> None:
        if self._depth == self._item_depth:
            self._item_depth = None
        elif self._item_depth is not None and self._depth == self._item_depth + 1:
            # Of a field that stands several times, the first is the main one.
            self.rows[-1].setdefault(self._name or "", "".join(self._pieces).strip())
            self._name = None
        self._depth -= 1

    def refuse(self, *_: object) -> None:
        raise FeedUnreadable("This XML declares a document type or entities; leave them out.")


# --- From rows to products ---------------------------------------------------------------


def _code(row: Row) -> str:
    return row.get("id") or row.get("sku") or ""


def _google_product(row: Row, currency: str) -> FeedProduct:
    price = _money(row.get("price", ""), currency, "price")
    sale = _money(row.get("sale_price", ""), currency, "sale price")
    return _bounded(
        code=row.get("id", ""),
        title=row.get("title", ""),
        # "Garden > Flowers > Roses": what people shop for is the last part.
        category=_last_part(row.get("product_type") or row.get("google_product_category", "")),
        vendor=row.get("brand", ""),
        price_minor=price if sale is None else sale,
        compare_at_minor=None if sale is None else price,
        cost_minor=_money(row.get("cost_of_goods_sold", ""), currency, "cost"),
        image_url=row.get("image_link", ""),
        url=row.get("link", ""),
        stock=_stock(row),
    )


def _shopify_product(row: Row, currency: str) -> FeedProduct:
    tags = tuple(tag.strip() for tag in row.get("tags", "").split(",") if tag.strip())
    return _bounded(
        code=row.get("sku", "").lstrip("'"),
        title=row.get("title", ""),
        category=row.get("type") or _last_part(row.get("product category", "")),
        tags=tags[:_MAX_TAGS],
        vendor=row.get("vendor", ""),
        price_minor=_money(row.get("price", ""), currency, "price"),
        compare_at_minor=_money(row.get("compare_at", ""), currency, "compare-at price"),
        cost_minor=_money(row.get("cost", ""), currency, "cost"),
        image_url=row.get("image", ""),
        stock=_whole(row.get("stock", "")),
    )


def _bounded(*, code: str, category: str, **values: object) -> FeedProduct:
    """Raises ValueError for a product without a code, or with a cell longer than its column."""
    if not code:
        raise ValueError("There is no code (SKU or id), so orders could not name it.")
    product = FeedProduct(code=code, category=category[:_MAX_CATEGORY], **values)  # type: ignore[arg-type]
    for name, longest in _LIMITS.items():
        if len(getattr(product, name)) > longest:
            raise ValueError(f"The {name.replace('_', ' ')} is longer than {longest} characters.")
    for name in ("image_url", "url"):
        if getattr(product, name) and not getattr(product, name).startswith(("https:", "http:")):
            raise ValueError(f"The {name.replace('_', ' ')} does not begin with https://.")
    return product


def _last_part(path: str) -> str:
    return path.rpartition(">")[2].strip()


def _money(text: str, currency: str, name: str) -> int | None:
    """Minor units of "15.00 USD", "USD 15.00" or "15.00"; None of an empty cell."""
    if not text.strip():
        return None
    found = _PRICE.match(text)
    if found is None:
        raise ValueError(f"The {name} “{text[:40]}” is not an amount such as 15.00 {currency}.")
    said = found.group(1) or found.group(3) or currency
    if said != currency:
        raise ValueError(f"The {name} is in {said}; the brand keeps its books in {currency}.")
    return to_minor(Decimal(_plain(found.group(2), digits(currency))), currency)


def _plain(number: str, places: int) -> str:
    """Digits with a decimal point. Of two kinds of marks the last one is the decimal mark; one
    before three digits parts thousands, unless the currency itself has three `places`."""
    number = re.sub(r"\s", "", number).strip(",.")
    mark = max(number.rfind(","), number.rfind("."))
    is_single = mark >= 0 and number.count(number[mark]) == 1
    is_decimal = is_single and (len(number) - mark - 1 != 3 or places == 3)
    whole, part = (number[:mark], number[mark + 1 :]) if is_decimal else (number, "")
    return f"{re.sub('[,.]', '', whole)}.{part or 0}"


def _stock(row: Row) -> int | None:
    """How many there are; 0 when the feed says that it is sold out."""
    if row.get("availability", "").replace("_", " ").lower() == "out of stock":
        return 0
    return _whole(row.get("quantity", ""))


def _whole(text: str) -> int | None:
    is_number = re.fullmatch(r"-?\d{1,9}", text.strip())
    return int(text) if is_number else None
