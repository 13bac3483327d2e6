"""Django finds the models here; everyone else imports the module that defines them."""

from customers.models.consents import Consent, ConsentState, Suppression
from customers.models.customers import Customer, CustomerFacts
from customers.models.identities import Identity
from customers.models.imports import Import, ImportReject, ImportSlice
from customers.models.orders import Order, OrderLine, Refund, RefundLine
from customers.models.products import Product
from customers.models.segments import Segment

__all__ = [
    "Consent",
    "ConsentState",
    "Customer",
    "CustomerFacts",
    "Identity",
    "Import",
    "ImportReject",
    "ImportSlice",
    "Order",
    "OrderLine",
    "Product",
    "Refund",
    "RefundLine",
    "Segment",
    "Suppression",
]
