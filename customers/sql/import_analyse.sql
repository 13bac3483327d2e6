-- Needs the MAINTAIN right; without it PostgreSQL warns and goes on. A table that another import is
-- looking at is left out: the lock lasts as long as its slice, and brands must not wait for each other.
ANALYZE (SKIP_LOCKED) customers_customer;
ANALYZE (SKIP_LOCKED) customers_identity;
ANALYZE (SKIP_LOCKED) customers_product;
ANALYZE (SKIP_LOCKED) customers_order;
ANALYZE (SKIP_LOCKED) customers_orderline;
ANALYZE (SKIP_LOCKED) customers_refund;
ANALYZE (SKIP_LOCKED) customers_refundline;
ANALYZE (SKIP_LOCKED) customers_customerfacts;
ANALYZE (SKIP_LOCKED) customers_consent;
ANALYZE (SKIP_LOCKED) customers_consentstate;
ANALYZE (SKIP_LOCKED) customers_credit;
