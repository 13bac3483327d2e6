"""What must not reach a log file does not."""

from config.kit.logs import redact


def test_addresses_passwords_and_keys_are_blanked() -> None:
    event = redact(
        None,
        "info",
        {
            "event": "mail to rae.winter+x@shop.example failed at smtp://user:hunter2@relay:25",
            "password": "hunter2",
            "detail": "used rk_live_abcDEF123",
            "brand_id": 7,
        },
    )
    assert event == {
        "event": "mail to [address] failed at smtp://user:[redacted]@relay:25",
        "password": "[redacted]",
        "detail": "used rk_[redacted]",
        "brand_id": 7,
    }
