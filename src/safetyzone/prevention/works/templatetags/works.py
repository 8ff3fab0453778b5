"""Words of what was done with a work order."""

from django import template

from safetyzone.senses.cameras.templatetags.planner import thai

register = template.Library()

ACTS = {
    "work.ordered": ("สั่งงาน", "ordered"),
    "work.done": ("แจ้งว่าเสร็จ", "reported done"),
    "work.confirmed": ("สำรวจยืนยัน", "confirmed by a survey"),
    "work.not_as_ordered": ("สำรวจแล้วยังไม่ตรงที่สั่ง", "surveyed, not as ordered"),
    "work.refused": ("ไม่รับงาน", "refused"),
    "work.cancelled": ("ยกเลิก", "cancelled"),
}


@register.filter
def work_act(code: str) -> str:
    """``{{ act.action|work_act }}``."""
    both = ACTS.get(code)
    return code if both is None else both[0 if thai() else 1]
