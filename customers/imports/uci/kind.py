"""UCI Online Retail (Dr. Daqing Chen): invoice lines, cancellations on C-invoices.

The rule: a line counts with a customer, a quantity above 0 and a price above 0; repeated lines are
kept. C-invoices name no order: they are refunds of the customer.
"""

from customers.imports.kinds import Field, ImportKind

KIND = ImportKind(
    code="uci",
    name="UCI Online Retail",
    about=(
        "The public data set of a British gift shop, 2010 to 2011. Lines without a customer, "
        "without a price or with a negative quantity are listed as rows to fix; invoices whose "
        "number starts with C are refunds."
    ),
    source="uci",
    whole_orders=False,
    needs_customer=True,
    signature=(
        "InvoiceNo",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "UnitPrice",
        "CustomerID",
        "Country",
    ),
    fields=(
        Field("order_id", "Invoice number", ("InvoiceNo", "Invoice")),
        Field("ordered_at", "Invoice date", ("InvoiceDate",)),
        Field("customer_id", "Customer number", ("CustomerID", "Customer ID")),
        Field("sku", "Stock code", ("StockCode",)),
        Field("product", "Description", ("Description",)),
        Field("quantity", "Quantity", ("Quantity",)),
        Field("unit_price", "Unit price", ("UnitPrice", "Price")),
        Field("country", "Country", ("Country",)),
    ),
    required=(
        ("order_id",),
        ("ordered_at",),
        ("customer_id",),
        ("quantity",),
        ("unit_price",),
    ),
)
