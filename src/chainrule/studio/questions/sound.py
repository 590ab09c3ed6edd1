"""The sounds that a run has learned from, to be heard."""

from msgspec import Struct

from chainrule.data.read.recordings import read_sound, read_sound_header
from chainrule.errors import ArgumentError
from chainrule.studio.fields import Array, Name, PartName, Step
from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request

MOST_SECONDS = 30  # that are sent


class Sound(Struct, frozen=True):
    """The recording that an example was made of.

    Args:
        run: its name.
        part: of its data.
        number: the example's row there.
        rate: samples in a second.
        seconds: how long the recording is; of a longer one the first thirty are sent.
        samples: float32 between -1 and 1, in mono.
    """

    run: str
    part: PartName
    number: int
    rate: int
    seconds: float
    samples: Array


class ReadSound(Request, frozen=True):
    """Hear the recording that an example was made of.

    Args:
        run: its name.
        part: of its data.
        number: the example's row there.
    """

    run: Name
    part: PartName
    number: Step

    def respond(self, jobs: Jobs) -> Sound:
        opened = jobs.library.open(self.run)
        files = opened.again.files.get(self.part, [])
        if not files:
            raise ArgumentError(f"The {self.part} part of the run {self.run} was not made of recordings, so there is nothing to hear.")
        if self.number >= len(files):
            raise ArgumentError(f"The part {self.part} has rows 0 to {len(files) - 1}. Got {self.number} instead.")
        header = read_sound_header(files[self.number])
        samples = read_sound(files[self.number])[: MOST_SECONDS * header.rate]
        return Sound(self.run, self.part, self.number, header.rate, header.seconds, samples)
