"""What a campaign's page says when something of ours keeps it from going on."""

BROKEN = (
    "An unexpected error on our side stopped a part of this campaign. "
    "We try that part again every 10 minutes."
)
GIVEN_UP = (
    "{people} people could not be written to because of an unexpected error on our side. "
    "Please tell whoever runs this installation; the log says more."
)
STUCK = (
    "A part of this campaign is held back: the database refuses its results. "
    "Please tell whoever runs this installation; after a repair and a restart of the senders "
    "it goes on."
)
