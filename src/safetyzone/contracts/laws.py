"""The laws by which a plate or a face may be looked for, as this project reads them: one closed list, for watch-lists and for searches.

The rows of ``watchlists.LegalBasis`` name them in full, in versions that the national hub gives; a search names one of these.
"""

from enum import StrEnum
from typing import NamedTuple


class Law(StrEnum):
    """What allows it. There is no "other": who finds none of these has no ground."""

    INQUIRY = "inquiry"
    WARRANT = "warrant"
    DANGER_TO_LIFE = "danger_to_life"
    COURT_ORDER = "court_order"


class LawName(NamedTuple):
    """How a law is cited; ``th`` and ``en`` are the beginning of what a list's legal basis says."""

    th: str
    en: str
    about_th: str
    about_en: str


LAWS: dict[Law, LawName] = {
    Law.INQUIRY: LawName("ป.วิ.อาญา ม.131", "Criminal Procedure Code s.131", "พนักงานสอบสวนรวบรวมหลักฐานของคดี", "evidence for an inquiry"),
    Law.WARRANT: LawName("ป.วิ.อาญา ม.57 และ ม.66", "Criminal Procedure Code ss.57 and 66", "หมายจับของศาล", "a court's arrest warrant"),
    Law.DANGER_TO_LIFE: LawName(
        "ภยันตรายต่อชีวิต พ.ร.บ.คุ้มครองข้อมูลส่วนบุคคล ม.26", "Danger to life: PDPA s.26", "คนหาย เด็ก ผู้สูงอายุ", "missing people"
    ),
    Law.COURT_ORDER: LawName("คำสั่งศาล", "A court's order", "ระบุเลขคำสั่งในเหตุผล", "give its number with the reason"),
}
