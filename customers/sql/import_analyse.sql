-- Needs the MAINTAIN right; without it PostgreSQL warns and goes on.
ANALYZE customers_customer;
ANALYZE customers_identity;
ANALYZE customers_product;
ANALYZE customers_order;
ANALYZE customers_orderline;
ANALYZE customers_refund;
ANALYZE customers_refundline;
ANALYZE customers_customerfacts;
ANALYZE customers_consent;
ANALYZE customers_consentstate;
ANALYZE customers_credit;
