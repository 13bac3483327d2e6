-- Whether the order `o`, cancelled at `cancelled.at` or never, counts by a rule. A part of
-- order_counts.sql and order_rule_preview.sql, so that what is foreseen is what happens.
-- Tags of the rule are in lower case; those of the order are as the shop wrote them.
(
    cancelled.at IS NULL
    AND (%(count_test)s OR NOT o.is_test)
    AND (%(count_zero)s OR o.gross_minor <> 0)
    AND (%(wholesale_from_minor)s::bigint IS NULL OR o.gross_minor < %(wholesale_from_minor)s)
    AND o.channel <> ALL(%(leave_out_channels)s::text[])
    AND NOT (
        o.tags <> '[]'
        AND EXISTS (
            SELECT 1 FROM jsonb_array_elements_text(o.tags) AS tag (name)
            WHERE lower(tag.name) = ANY(%(leave_out_tags)s::text[])
        )
    )
)
