""" "No" is not an error: it is an answer, shown to a person in her language, and never sent to the fault log."""


class Refused(Exception):
    """We understood the request and the answer is no.

    ``code`` is for programs; ``th`` and ``en`` are for people, and may name ``facts`` in braces.
    """

    code = "refused"
    th = "ระบบไม่อนุญาต"
    en = "The answer is no."

    def __init__(self, en: str | None = None, th: str | None = None, **facts: object) -> None:
        self.en = en or self.en
        self.th = th or self.th
        self.facts = facts
        super().__init__(self.say("en"))

    def say(self, language: str) -> str:
        """The sentence for a person, in Thai (``th``) or else English."""
        words = self.th if language.startswith("th") else self.en
        return words.format(**self.facts) if self.facts else words


class NotYours(Refused):
    """The person is known, and may not do this."""

    code = "not_yours"
    th = "ท่านไม่มีสิทธิ์ทำรายการนี้"
    en = "You may not do this."


class NotFound(Refused):
    """No such thing, or none that this person may know of: the two are not told apart."""

    code = "not_found"
    th = "ไม่พบรายการ"
    en = "There is no such thing here."


class OutOfOrder(Refused):
    """The thing's life does not allow this step now."""

    code = "out_of_order"
    th = "ทำขั้นตอนนี้ในสถานะปัจจุบันไม่ได้"
    en = "This step is not possible in its present state."
