"""How allauth signs our officers in: no open registration, no e-mail, a new session at each sign-in."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """An administrator of the station adds officers; nobody adds herself."""
        return False
