"""What ids of joint ventures begin with where they leave the house."""

PARTNERSHIP = "prt"
OFFER = "off"
POOL = "vpl"
REDEMPTION = "rdm"
STATEMENT = "stm"
PAYOUT = "pay"
PACK = "pck"
