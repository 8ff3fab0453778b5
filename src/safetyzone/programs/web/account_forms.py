"""allauth's forms, without its link to a reset by e-mail, which a station does not have, and with all labels in Thai."""

from typing import Any

from allauth.account import forms
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy as _


class _Plain:
    """Labels say what a field is; an administrator gives a new password to whoever has lost hers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            if name in ("password", "oldpassword"):
                field.help_text = ""


class SignIn(_Plain, forms.LoginForm):  # type: ignore[misc]  # allauth carries no types
    pass


class ChangePassword(_Plain, forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class Reauthenticate(_Plain, forms.ReauthenticateForm):  # type: ignore[misc]
    pass


class _Named:
    """allauth leaves the name of a key without a label, and Django makes one up in English."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Key nickname")  # type: ignore[attr-defined]


class AddKey(_Named, AddWebAuthnForm):  # type: ignore[misc]
    pass


class EditKey(_Named, EditWebAuthnForm):  # type: ignore[misc]
    pass
