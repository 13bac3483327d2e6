"""When a machine is lost, or was switched off, and with it the journals of what it was sending.

A sender's host is `name@boot`: what a machine wrote without fsync before it went down is no proof
of anything after it has come up again.
"""

from pathlib import Path

from campaigns.services.desk import Desk, Result

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def host_name(machine: str) -> str:
    """The machine's name, and which of its lives this is where the kernel says so (Linux)."""
    boot = _BOOT_ID.read_text().strip()[:8] if _BOOT_ID.is_file() else ""
    return f"{machine[:100]}@{boot}"


def is_former_life(host: str, *, of: str) -> bool:
    """Whether `host` is the machine `of` before it was started again."""
    return host != of and host.partition("@")[0] == of.partition("@")[0]


def give_up(desk: Desk, *, host: str) -> int:
    """Flag everybody without an outcome in a lost host's chunks as `unknown`; returns how many.

    `host` is `name@boot`, or only the name for all its lives. Marketing mail in doubt is not sent
    again. Chunks whose sender is alive are left alone."""
    people = 0
    for orphan in desk.orphans():
        if host not in {orphan.host, orphan.host.partition("@")[0]}:
            continue
        claim = desk.adopt(orphan)
        if claim is None:
            continue
        open_ones = desk.undelivered(claim, claim.customer_ids)
        desk.finish(claim, [Result(each, "unknown", "host_lost") for each in open_ones])
        people += len(open_ones)
    return people
