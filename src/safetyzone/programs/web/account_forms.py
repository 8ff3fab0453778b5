"""allauth's password forms without its link to a reset by e-mail, which a station does not have, and without placeholders."""

from typing import Any

from allauth.account import forms


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
