"""What a brand chooses from: countries (ISO 3166-1), currencies (ISO 4217), zones, locales."""

import zoneinfo

from config.kit.countries import NAMES

Choices = list[tuple[str, str]]

LOCALES: Choices = [
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("de-at", "Deutsch (Österreich)"),
    ("de-ch", "Deutsch (Schweiz)"),
    ("el", "Ελληνικά"),
    ("en-au", "English (Australia)"),
    ("en-ca", "English (Canada)"),
    ("en-ie", "English (Ireland)"),
    ("en-gb", "English (United Kingdom)"),
    ("en-us", "English (United States)"),
    ("es", "Español"),
    ("es-mx", "Español (México)"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("fr-ca", "Français (Canada)"),
    ("hu", "Magyar"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("nb", "Norsk"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("pt-br", "Português (Brasil)"),
    ("ro", "Română"),
    ("sv", "Svenska"),
]

_CURRENCIES = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP
    GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES
    KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
    MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON
    RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND
    TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""


def currencies() -> Choices:
    return [(code, code) for code in _CURRENCIES.split()]


def countries() -> Choices:
    """By name, as it is said in English."""
    return list(NAMES.items())


def time_zones() -> Choices:
    """The zones named for a place; abbreviations and fixed offsets do not know summer time."""
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/")
    places = (*areas, "Pacific/", "UTC")
    zones = sorted(z for z in zoneinfo.available_timezones() if z.startswith(places))
    return [(zone, zone.replace("_", " ")) for zone in zones]
