"""Made-up people for real orders: the same key always gives the same person."""

import hashlib
from dataclasses import dataclass

CONSENT_SHARE = 0.8
_DOMAINS = ("example.com", "example.org", "example.net")
_FIRST_NAMES = (
    "Ada Adam Aisha Alan Alice Amara Amir Ana Andrew Anita Anna Antonio Asha Astrid Ben Bianca "
    "Boris Bruno Callum Carla Carmen Cecilia Chen Chloe Clara Colin Dana Daniel David Deepa Diego "
    "Dina Edith Elena Eli Ella Emil Emma Esther Eva Farah Felix Fiona Frank Freya Gemma George "
    "Gina Grace Hana Harry Hassan Hazel Helen Henry Hugo Ian Ida Ines Irene Isaac Ivan Jack Jade "
    "James Jamal Jane Jasmin Joan Joel John Jonas Josie Julia Kai Karen Karl Kate Kemal Kofi Lara "
    "Laura Leila Leo Lena Liam Lily Linda Luca Lucy Maya Malik Marco Maria Marta Mary Max Mei "
    "Mila Mina Mona Nadia Nathan Nina Noah Nora Oliver Olga Omar Oscar Paul Paula Pedro Petra "
    "Philip Priya Rachel Rafael Ravi Rebecca Rita Robert Rosa Ruth Sam Samira Sara Simon Sofia "
    "Stella Stephen Sven Tara Theo Thomas Tina Tom Uma Vera Victor Vikram Wendy Will Yara Yusuf "
    "Zara Zoe"
)
_LAST_NAMES = (
    "Abbott Adeyemi Ahmed Ali Allen Anderson Archer Bailey Baker Banerjee Barnes Bauer Becker "
    "Bell Bennett Berg Bishop Blake Bosch Bradley Brooks Brown Burton Campbell Carter Castro Chan "
    "Chapman Clarke Cole Collins Cook Cooper Costa Cruz Dale Davies Dixon Duncan Edwards Ellis "
    "Evans Farrell Fischer Fisher Fletcher Flores Ford Foster Fox Garcia Gardner Gibson Gomez "
    "Graham Grant Gray Green Griffin Gupta Hall Hansen Harper Harris Hart Hayes Hill Hoffman "
    "Holmes Hughes Hunt Hussain Ito Jackson Jensen Johnson Jones Kapoor Kaur Keller Kelly Khan "
    "Kim King Klein Knight Kowalski Lam Lane Larsen Lee Lewis Lin Lopez Marsh Martin Mason "
    "Mendes Meyer Miller Mills Moore Morales Morgan Morris Murphy Nagy Nelson Newman Nguyen "
    "Novak Okafor Olsen Owens Palmer Parker Patel Perez Porter Powell Price Quinn Ramos Reed "
    "Reid Reyes Rice Richards Rivera Roberts Rossi Rowe Ryan Santos Sato Schmidt Scott Shah "
    "Sharma Shaw Silva Singh Smith Stone Suzuki Taylor Thomas Torres Turner Vargas Walker Walsh "
    "Wang Ward Watson Webb Weber White Wilson Wong Wood Wright Young Zhang"
)
_FIRST = _FIRST_NAMES.split()
_LAST = _LAST_NAMES.split()
_PLACES = (
    ("Columbus", "US"),
    ("Cincinnati", "US"),
    ("Dayton", "US"),
    ("Springfield", "US"),
    ("Lexington", "US"),
    ("Louisville", "US"),
    ("Indianapolis", "US"),
    ("Toledo", "US"),
    ("Akron", "US"),
    ("Windsor", "CA"),
    ("London", "CA"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A simulated person; nothing here was ever said by anyone."""

    first_name: str
    last_name: str
    email: str
    city: str
    country: str
    accepts_marketing: bool


def person(kind: str, number: int) -> Person:
    """The person behind a household or customer number; `kind` keeps data sets apart.

    E-mail addresses are unique per (kind, number) and on RFC 2606 domains."""
    dice = hashlib.blake2b(f"{kind}:{number}".encode(), digest_size=10).digest()
    first = _FIRST[int.from_bytes(dice[0:2]) % len(_FIRST)]
    last = _LAST[int.from_bytes(dice[2:4]) % len(_LAST)]
    city, country = _PLACES[int.from_bytes(dice[4:6]) % len(_PLACES)]
    domain = _DOMAINS[dice[6] % len(_DOMAINS)]
    return Person(
        first_name=first,
        last_name=last,
        email=f"{first}.{last}.{kind[0]}{number}@{domain}".lower(),
        city=city,
        country=country,
        accepts_marketing=int.from_bytes(dice[7:10]) < CONSENT_SHARE * 2**24,
    )


def dice(what: str, email: str) -> int:
    """A number for this person and purpose, the same in every installation."""
    return int.from_bytes(hashlib.blake2b(f"{what}:{email}".encode(), digest_size=6).digest())
