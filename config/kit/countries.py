"""Countries: one name for the many ways files, forms and programs write one."""

import unicodedata
from functools import cache
from gettext import translation

import pycountry

_TABLE = """
AF Afghanistan
AL Albania
DZ Algeria
AS American Samoa
AD Andorra
AO Angola
AI Anguilla
AQ Antarctica
AG Antigua and Barbuda
AR Argentina
AM Armenia
AW Aruba
AU Australia
AT Austria
AZ Azerbaijan
BS Bahamas
BH Bahrain
BD Bangladesh
BB Barbados
BY Belarus
BE Belgium
BZ Belize
BJ Benin
BM Bermuda
BT Bhutan
BO Bolivia
BA Bosnia and Herzegovina
BW Botswana
BV Bouvet Island
BR Brazil
IO British Indian Ocean Territory
VG British Virgin Islands
BN Brunei
BG Bulgaria
BF Burkina Faso
BI Burundi
KH Cambodia
CM Cameroon
CA Canada
CV Cape Verde
BQ Caribbean Netherlands
KY Cayman Islands
CF Central African Republic
TD Chad
CL Chile
CN China
CX Christmas Island
CC Cocos (Keeling) Islands
CO Colombia
KM Comoros
CG Congo
CD Congo (Democratic Republic)
CK Cook Islands
CR Costa Rica
HR Croatia
CU Cuba
CW Curaçao
CY Cyprus
CZ Czechia
CI Côte d'Ivoire
DK Denmark
DJ Djibouti
DM Dominica
DO Dominican Republic
TL East Timor
EC Ecuador
EG Egypt
SV El Salvador
GQ Equatorial Guinea
ER Eritrea
EE Estonia
SZ Eswatini
ET Ethiopia
FK Falkland Islands
FO Faroe Islands
FJ Fiji
FI Finland
FR France
GF French Guiana
PF French Polynesia
TF French Southern Territories
GA Gabon
GM Gambia
GE Georgia
DE Germany
GH Ghana
GI Gibraltar
GR Greece
GL Greenland
GD Grenada
GP Guadeloupe
GU Guam
GT Guatemala
GG Guernsey
GN Guinea
GW Guinea-Bissau
GY Guyana
HT Haiti
HM Heard Island and McDonald Islands
HN Honduras
HK Hong Kong
HU Hungary
IS Iceland
IN India
ID Indonesia
IR Iran
IQ Iraq
IE Ireland
IM Isle of Man
IL Israel
IT Italy
JM Jamaica
JP Japan
JE Jersey
JO Jordan
KZ Kazakhstan
KE Kenya
KI Kiribati
KW Kuwait
KG Kyrgyzstan
LA Laos
LV Latvia
LB Lebanon
LS Lesotho
LR Liberia
LY Libya
LI Liechtenstein
LT Lithuania
LU Luxembourg
MO Macau
MG Madagascar
MW Malawi
MY Malaysia
MV Maldives
ML Mali
MT Malta
MH Marshall Islands
MQ Martinique
MR Mauritania
MU Mauritius
YT Mayotte
MX Mexico
FM Micronesia
MD Moldova
MC Monaco
MN Mongolia
ME Montenegro
MS Montserrat
MA Morocco
MZ Mozambique
MM Myanmar
NA Namibia
NR Nauru
NP Nepal
NL Netherlands
NC New Caledonia
NZ New Zealand
NI Nicaragua
NE Niger
NG Nigeria
NU Niue
NF Norfolk Island
KP North Korea
MK North Macedonia
MP Northern Mariana Islands
NO Norway
OM Oman
PK Pakistan
PW Palau
PS Palestine
PA Panama
PG Papua New Guinea
PY Paraguay
PE Peru
PH Philippines
PN Pitcairn
PL Poland
PT Portugal
PR Puerto Rico
QA Qatar
RO Romania
RU Russia
RW Rwanda
RE Réunion
BL Saint Barthélemy
MF Saint Martin
WS Samoa
SM San Marino
ST Sao Tome and Principe
SA Saudi Arabia
SN Senegal
RS Serbia
SC Seychelles
SL Sierra Leone
SG Singapore
SX Sint Maarten
SK Slovakia
SI Slovenia
SB Solomon Islands
SO Somalia
ZA South Africa
GS South Georgia and the South Sandwich Islands
KR South Korea
SS South Sudan
ES Spain
LK Sri Lanka
SH Saint Helena
KN Saint Kitts and Nevis
LC Saint Lucia
PM Saint Pierre and Miquelon
VC Saint Vincent
SD Sudan
SR Suriname
SJ Svalbard and Jan Mayen
SE Sweden
CH Switzerland
SY Syria
TW Taiwan
TJ Tajikistan
TZ Tanzania
TH Thailand
TG Togo
TK Tokelau
TO Tonga
TT Trinidad and Tobago
TN Tunisia
TM Turkmenistan
TC Turks and Caicos Islands
TV Tuvalu
TR Türkiye
UM US Minor Outlying Islands
VI US Virgin Islands
UG Uganda
UA Ukraine
AE United Arab Emirates
GB United Kingdom
US United States
UY Uruguay
UZ Uzbekistan
VU Vanuatu
VA Vatican City
VE Venezuela
VN Vietnam
WF Wallis and Futuna
EH Western Sahara
YE Yemen
ZM Zambia
ZW Zimbabwe
AX Åland Islands
"""
# ISO 3166-1 alpha-2 code -> the name a country is kept and shown by, in the order of names.
NAMES = {line[:2]: line[3:] for line in _TABLE.strip().splitlines()}

# What people and shops write beside the names and codes of ISO 3166.
_ALSO = {
    "BA": ("Bosnia",),
    "CD": ("DR Congo", "DRC", "Congo-Kinshasa"),
    "CG": ("Congo-Brazzaville",),
    "CI": ("Ivory Coast",),
    "CN": ("Mainland China", "PRC"),
    "CZ": ("Czech Republic", "Česká republika"),
    "GB": ("UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "GR": ("EL", "Hellas"),
    "HK": ("Hong Kong SAR",),
    "IE": ("Eire", "Republic of Ireland"),
    "KR": ("Korea", "Republic of Korea"),
    "MK": ("Macedonia", "FYROM"),
    "MM": ("Burma",),
    "NL": ("Holland",),
    "PS": ("Palestinian Territories",),
    "RU": ("Russia",),
    "SZ": ("Swaziland",),
    "TR": ("Turkey",),
    "US": ("US of A", "America", "United States of America"),
    "VA": ("Vatican",),
    "VN": ("Viet Nam",),
    "ZA": ("RSA",),
}
# Whose names are understood beside English: the languages a brand can choose.
_LANGUAGES = (
    *("cs", "da", "de", "el", "es", "fi", "fr", "hu", "it", "ja", "nb", "nl", "pl", "pt", "pt_BR"),
    *("ro", "sv"),
)


def country_name(written: str) -> str:
    """The one name of a country for its name in any of our languages, a name it also goes by, or
    its ISO 3166-1 code of two or three letters; text that is none of these stays as it is."""
    code = country_code(written)
    return NAMES[code] if code else written


def country_code(written: str) -> str:
    """Its ISO 3166-1 alpha-2 code; "" for what is no country."""
    return _codes().get(_key(written), "") if written else ""


@cache
def _codes() -> dict[str, str]:
    """Comparison key -> code. English decides where another language calls two countries alike."""
    found = {_key(code): code for code in NAMES}
    abroad: dict[str, set[str]] = {}
    spoken = [translation("iso3166-1", pycountry.LOCALES_DIR, [one]) for one in _LANGUAGES]
    for country in pycountry.countries:
        code = country.alpha_2
        if code not in NAMES:
            continue
        said = {country.name, getattr(country, "common_name", country.name)}
        english = (country.alpha_3, NAMES[code], *said, getattr(country, "official_name", ""))
        for name in (*english, *_ALSO.get(code, ())):
            found.setdefault(_key(name), code)
        for name in {speak.gettext(one) for speak in spoken for one in said}:
            abroad.setdefault(_key(name), set()).add(code)
    for key, codes in abroad.items():
        if len(codes) == 1:
            found.setdefault(key, *codes)
    found.pop("", None)
    return found


def _key(name: str) -> str:
    """Letters and digits without accents, case and "the": "The U.S.A." is "usa"."""
    plain = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ")
    words = [word for word in plain.split() if word != "the"]
    return "".join(c for word in words for c in word if c.isalnum())
