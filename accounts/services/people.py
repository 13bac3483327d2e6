"""People who sign in without a password: a link or a code in their mailbox says who they are."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F

from accounts.models.users import User
from config.kit.errors import NotAllowed


def person_at(email: str, *, name: str = "") -> User:
    """Whoever has this mailbox, which a link of ours has just proven; somebody new is made, with no
    password. Raises NotAllowed for a person who may not sign in."""
    with transaction.atomic():
        user = User.objects.select_for_update().filter(email=email.casefold()).first()
        if user is None:
            user = User.objects.create_user(email, name=name)
        if not user.is_active:
            raise NotAllowed("This person cannot sign in here any more.")
        known = EmailAddress.objects.filter(user=user, email=user.email)
        if not known.filter(verified=True).exists():
            forget_unproven_password(user)
            EmailAddress.objects.update_or_create(
                user=user, email=user.email, defaults={"verified": True, "primary": True}
            )
    return user


def forget_unproven_password(user: User) -> None:
    """A password that was set before anybody proved to have the mailbox is worth nothing: whoever
    set it may be another. Sessions that began with it end."""
    user.set_unusable_password()
    with transaction.atomic():
        user.save(update_fields=["password"])
        User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
