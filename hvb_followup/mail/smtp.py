"""E-mail over SMTP: always TLS with a certificate that holds, but to this machine itself."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

import msgspec

from hvb_followup.mail.message import Message, Unavailable, Undeliverable

TIMEOUT = 20  # seconds
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Mailer(msgspec.Struct, frozen=True, kw_only=True):
    """An SMTP server: ``smtps://user:password@host:465``, or ``smtp://`` that is turned into TLS before anything is said."""

    url: str
    sender: str
    authority: str = ""  # a file with the certificate authority to trust; "": those of the machine

    async def send(self, message: Message) -> None:
        """Hand the message over to the server."""
        await asyncio.to_thread(self._send, message)

    def _send(self, message: Message) -> None:
        try:
            with self._connected() as server:
                server.send_message(_letter(message, self.sender))
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            raise _of(codes[0]) from None
        except smtplib.SMTPResponseException as refused:
            # Of our own sender, log-in or content: no fault of the address, so it is tried again.
            raise Unavailable(f"SMTP {refused.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(type(error).__name__) from None

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        trusted = ssl.create_default_context(cafile=self.authority or None)
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=trusted)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT)
        try:
            if parts.scheme == "smtp" and (host not in LOOPBACK or self.authority):
                server.starttls(context=trusted)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _of(code: int) -> Exception:
    """5xx says no for good, 4xx for now (RFC 5321 §4.2.1)."""
    return Undeliverable(f"SMTP {code}") if code >= 500 else Unavailable(f"SMTP {code}")


def _letter(message: Message, sender: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = message.to
    letter["Subject"] = message.subject
    letter["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2].rstrip('>')}>"
    letter["Auto-Submitted"] = "auto-generated"
    if (
        message.stop_at
    ):  # RFC 8058: her mail program's own button asks there with a POST; nothing that looks does
        letter["List-Unsubscribe"] = f"<{message.stop_at}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(message.text, cte="quoted-printable")  # also for servers that take seven bits only
    return letter
