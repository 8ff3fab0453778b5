"""Where the demo plays: public places of the Ratchaprasong zone. The poles and their numbers are pretend; so are the units."""

STATION, ZONE = "lumphini", "ratchaprasong"
COMMANDER, OPERATOR = "demo-commander", "demo-operator"
PLACES = (
    ("สี่แยกราชประสงค์", "Ratchaprasong junction", 100.5402, 13.7446),
    ("บีทีเอส สยาม", "BTS Siam", 100.5342, 13.7457),
    ("บีทีเอส ชิดลม", "BTS Chit Lom", 100.5430, 13.7441),
    ("บีทีเอส เพลินจิต", "BTS Phloen Chit", 100.5488, 13.7429),
    ("บีทีเอส ราชดำริ", "BTS Ratchadamri", 100.5394, 13.7395),
    ("ลานหน้าศูนย์การค้า ถนนราชดำริ", "Plaza on Ratchadamri Road", 100.5395, 13.7462),
    ("ทางเท้าหน้าศาลท้าวมหาพรหม", "Pavement by the Erawan shrine", 100.5408, 13.7440),
    ("หน้าวัดปทุมวนาราม", "Wat Pathum Wanaram", 100.5368, 13.7452),
    ("สยามสแควร์ ซอย 3", "Siam Square Soi 3", 100.5338, 13.7449),
    ("สกายวอล์กแยกปทุมวัน", "Pathum Wan skywalk", 100.5301, 13.7463),
    ("สี่แยกประตูน้ำ", "Pratunam junction", 100.5413, 13.7497),
    ("ท่าเรือประตูน้ำ", "Pratunam pier", 100.5411, 13.7487),
    ("ถนนราชดำริ ฝั่งตะวันออก", "Ratchadamri Road, east side", 100.5409, 13.7470),
    ("ปากถนนหลังสวน", "Top of Lang Suan Road", 100.5447, 13.7432),
    ("หลังสวน ซอย 3", "Lang Suan Soi 3", 100.5441, 13.7395),
    ("ประตูทิศเหนือ สวนลุมพินี", "Lumphini Park, north gate", 100.5412, 13.7341),
    ("แยกราชดำริ–สารสิน", "Ratchadamri–Sarasin junction", 100.5391, 13.7345),
    ("แยกสารสิน–วิทยุ", "Sarasin–Wireless junction", 100.5446, 13.7351),
    ("ทางเท้าถนนวิทยุ", "Wireless Road pavement", 100.5475, 13.7391),
    ("ทางเท้าหน้าโรงพยาบาลตำรวจ", "Pavement by the Police Hospital", 100.5388, 13.7443),
    ("ปากถนนอังรีดูนังต์", "Top of Henri Dunant Road", 100.5347, 13.7441),
    ("ถนนอังรีดูนังต์ กลางถนน", "Henri Dunant Road, midway", 100.5349, 13.7402),
    ("ปากซอยต้นสน", "Soi Ton Son", 100.5462, 13.7430),
    ("ถนนชิดลม", "Chit Lom Road", 100.5437, 13.7466),
)
FIRST_POLE = "LPN-P005"
PLATE_CAMERA = "LPN-V001"
"""Close to its road: vehicles with number plates pass it."""
KINDS = (
    "motorcycle", "motorcycle", "car", "motorcycle", "foot", "motorcycle",
    "motorcycle", "car", "motorcycle", "foot", "motorcycle", "car",
)  # fmt: skip
