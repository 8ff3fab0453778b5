"""What a search may be for, in the words of the page. Pure."""

Both = tuple[str, str]

PURPOSE: dict[str, Both] = {
    "stolen": ("ติดตามรถที่ถูกลัก", "a stolen vehicle"),
    "wanted": ("บุคคลตามหมายจับ", "an arrest warrant"),
    "missing": ("คนหาย", "a missing person"),
    "crime": ("รถที่ใช้ในการกระทำผิดของคดีนี้", "a vehicle used in this case's offence"),
    "accident": ("อุบัติเหตุ ชนแล้วหนี", "an accident, hit and run"),
}
KIND: dict[str, Both] = {"car": ("รถยนต์", "car"), "motorcycle": ("จักรยานยนต์", "motorcycle"), "foot": ("เดินเท้า", "on foot")}
