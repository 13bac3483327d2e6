"""When a host is lost for good, and with it the journals of the chunks it was sending."""

from campaigns.services.desk import Desk, Result


def give_up(desk: Desk, *, host: str) -> int:
    """Flag everybody without an outcome in a lost host's chunks as `unknown`; returns how many.

    Marketing mail in doubt is not sent again. Chunks whose sender is alive are left alone."""
    people = 0
    for orphan in desk.orphans():
        if orphan.host != host:
            continue
        claim = desk.adopt(orphan)
        if claim is None:
            continue
        open_ones = desk.undelivered(claim, claim.customer_ids)
        desk.finish(claim, [Result(each, "unknown", "host_lost") for each in open_ones])
        people += len(open_ones)
    return people
