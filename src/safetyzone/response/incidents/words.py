"""What kinds of incidents are called."""

KIND: dict[str, tuple[str, str]] = {
    "sos": ("ขอความช่วยเหลือ", "call for help"),
    "sos_technical": ("สัญญาณเทคนิค", "technical signal"),
    "device_fault": ("อุปกรณ์ขัดข้อง", "device fault"),
    "reported": ("แจ้งโดยเจ้าหน้าที่", "reported by an officer"),
    "watch_hit": ("ตรงกับบัญชีเฝ้าดู (คนยืนยันแล้ว)", "on a watch-list, confirmed by people"),
    "officer_help": ("เจ้าหน้าที่ขอความช่วยเหลือ", "officer needs help"),
}
"""Code to (Thai, English)."""
