"""The third and fourth steps: what people read, and who is shown which offer."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django import forms

from customers.forms.amounts import AmountField
from referrals.rules.terms import Arm, RewardTerms, Terms, Texts

ARMS = 2
_LINE, _WORDS, _ADDRESS = 200, 1_000, 500
_PLACES = (
    "{advocate_reward} and {friend_reward} stand for what they get, {brand} for your name, {name} "
    "for the customer's first name."
)


def _words(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=_WORDS,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WordsForm(forms.Form):
    headline = forms.CharField(
        label="Headline of the customer's page", max_length=_LINE, help_text=_PLACES
    )
    intro = _words("Below it")
    share = _words(
        "What they may write to friends",
        "A beginning: everybody makes it their own. It should say that both get something.",
    )
    landing_headline = forms.CharField(label="Headline of the friend's page", max_length=_LINE)
    landing_intro = _words("Below it")
    shop_address = forms.CharField(
        label="Where friends go on to",
        max_length=_ADDRESS,
        required=False,
        help_text="Your shop, such as https://www.example.com/.",
        widget=forms.TextInput(attrs={"type": "url", "spellcheck": "false"}),
    )
    small_print = _words("Small print", "Shown at the foot of both pages.", required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, terms: Terms) -> None:
        super().__init__(data, initial=msgspec.structs.asdict(terms.texts))

    def terms(self, base: Terms) -> Terms:
        return msgspec.structs.replace(base, texts=Texts(**self.cleaned_data))


class HoldoutForm(forms.Form):
    holdout_percent = forms.IntegerField(
        label="Hold out, per cent of your customers",
        min_value=0,
        max_value=50,
        help_text="They see no offer, so that you can see what it brings. 5 to 10 is a good size; "
        "0: nobody is held out.",
    )


class ArmForm(forms.Form):
    """Another offer that some of the customers are shown instead; without a share there is none."""

    percent = forms.IntegerField(label="Share, %", required=False, min_value=1, max_value=100)
    name = forms.CharField(label="Name", required=False, max_length=40)
    headline = forms.CharField(
        label="Headline", required=False, max_length=_LINE, help_text="Empty: as above."
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        prefix: str,
        arm: Arm | None,
        terms: Terms,
        currency: str,
    ) -> None:
        initial: dict[str, Any] = {"name": f"Offer {prefix[-1]}"}
        if arm is not None:
            initial = {
                "percent": arm.percent,
                "name": arm.name,
                "headline": arm.headline,
                "advocate": arm.advocate.amount if arm.advocate else None,
                "friend": arm.friend.amount if arm.friend else None,
            }
        super().__init__(data, prefix=prefix, initial=initial)
        self._before = arm
        for side, label in (("advocate", "Customer"), ("friend", "Friend")):
            reward: RewardTerms | None = getattr(terms, side)
            if reward is not None and reward.kind != "points":
                self.fields[side] = AmountField(
                    currency=currency,
                    label=f"{label} ({currency})",
                    required=False,
                    help_text="Empty: as in the offer.",
                )

    def arm(self, terms: Terms) -> Arm | None:
        """What was typed; only of a valid form. What has no field stays as it was."""
        said = self.cleaned_data
        if not said["percent"]:
            return None
        return Arm(
            name=said["name"] or self.initial["name"],
            percent=said["percent"],
            advocate=_other(terms.advocate, said, "advocate"),
            friend=_other(terms.friend, said, "friend"),
            headline=said["headline"],
            share=self._before.share if self._before else "",
        )


class TrialForms:
    """Who is shown what: the hold-out, and other offers to try."""

    def __init__(self, data: Mapping[str, Any] | None, *, terms: Terms, currency: str) -> None:
        self.holdout = HoldoutForm(data, initial={"holdout_percent": terms.holdout_percent})
        shown = [*terms.arms[:ARMS], *[None] * (ARMS - len(terms.arms))]
        self.arms = [
            ArmForm(data, prefix=f"arm{letter}", arm=arm, terms=terms, currency=currency)
            for letter, arm in zip("BC", shown, strict=True)
        ]
        self._more = terms.arms[ARMS:]

    @property
    def forms(self) -> list[forms.Form]:
        return [self.holdout, *self.arms]

    def is_valid(self) -> bool:
        """Offers are known by their place, so none may be left out before another."""
        if not all([form.is_valid() for form in self.forms]):
            return False
        first, second = self.arms
        if second.cleaned_data["percent"] and not first.cleaned_data["percent"]:
            first.add_error("percent", "Fill in this offer before the next one.")
            return False
        return True

    def terms(self, base: Terms) -> Terms:
        arms = [arm for form in self.arms if (arm := form.arm(base))]
        return msgspec.structs.replace(
            base,
            arms=[*arms, *self._more],
            holdout_percent=self.holdout.cleaned_data["holdout_percent"],
        )


def _other(usual: RewardTerms | None, said: Mapping[str, Any], side: str) -> RewardTerms | None:
    """The usual reward with another amount; None: as it is."""
    amount = said.get(side)
    if usual is None or not amount:
        return None
    return msgspec.structs.replace(usual, amount=amount)
