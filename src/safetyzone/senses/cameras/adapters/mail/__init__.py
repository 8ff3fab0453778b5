"""E-mail by the station's mail server (SMTP, RFC 5321), through Django."""

import smtplib

from django.core.mail import EmailMessage

from safetyzone.senses.cameras.ports import Away, Message, NotSetUp, Rejected

FOR_GOOD = 500
"""From here on a server's no is one for good; below it means "not now"."""


class MailChannel:
    """One plain letter."""

    def __init__(self, *, set_up: bool) -> None:
        self._set_up = set_up

    def send(self, message: Message) -> None:
        """See ``ports.Channel``."""
        if not self._set_up:
            raise NotSetUp("not_set_up")
        try:
            EmailMessage(subject=message.title, body=message.text, to=[message.to]).send()
        except smtplib.SMTPRecipientsRefused as no:
            code = max((code for code, _ in no.recipients.values()), default=FOR_GOOD)
        except smtplib.SMTPResponseException as no:
            code = no.smtp_code
        except OSError:
            raise Away("away") from None
        else:
            return
        raise (Rejected(f"rejected {code}") if code >= FOR_GOOD else Away(f"away {code}")) from None
