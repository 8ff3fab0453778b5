"""What passes the demo's plate camera: made vehicles, one of them listed as stolen. They come by once a minute, and so does it.

No plate here is anybody's. Their series begin with 9ฮ, the last of all: an office comes to it when every other series of its province has
been given out, and none has. Streets and people of the demo are pretend in the same way.
"""

from safetyzone.contracts.vision import PlateSaid
from safetyzone.simulation.cameras.scenes.scene import Passer
from safetyzone.simulation.plates.fonts import NoThaiFont, faces

STOLEN = PlateSaid(series="9ฮพ", number="7414", province="กรุงเทพมหานคร", vehicle_class="car")
STOLEN_PASSES_S = 21.0
"""Of the loop. The camera plays from when somebody first opens it, and whoever reads it needs some seconds to know its street."""
OTHERS = (
    Passer(series="9ฮล", number="1906", province="สิงห์บุรี", at_s=14.0, lane=-1),
    Passer(series="9ฮม", number="63", province="พังงา", vehicle_class="motorcycle", at_s=28.0, lane=1),
)
"""They come together, as from a traffic light, and then the road is empty: whoever reads it sleeps for half of the time."""


def passing() -> tuple[Passer, ...]:
    """Who comes by in one loop of the camera."""
    return (*OTHERS, Passer(**STOLEN.model_dump(), at_s=STOLEN_PASSES_S))


def why_not() -> str:
    """Empty: the camera can show plates. Else, in both languages, what this machine lacks."""
    try:
        faces()
    except NoThaiFont as missing:
        return str(missing)
    return ""
