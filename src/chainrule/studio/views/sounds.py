"""The sounds that a run has learned from, to be heard."""

from chainrule.data.read.recordings import read_sound, read_sound_header
from chainrule.errors import ArgumentError
from chainrule.studio.desk import Desk
from chainrule.studio.messages import Blocks, requests
from chainrule.studio.messages.answers.shown import Heard

MOST_SECONDS = 30  # that are sent


def hear(desk: Desk, ask: requests.Hear, blocks: Blocks) -> Heard:
    """Hear the recording that an example was made of, as it was found."""
    room = desk.library.room(ask.run)
    files = room.again.files.get(ask.part, [])
    if not files:
        raise ArgumentError(f"The {ask.part} part of the run {ask.run} was not made of recordings, so there is nothing to hear.")
    if ask.number >= len(files):
        raise ArgumentError(f"The part {ask.part} has rows 0 to {len(files) - 1}. Got {ask.number} instead.")
    header = read_sound_header(files[ask.number])
    samples = read_sound(files[ask.number])[: MOST_SECONDS * header.rate]
    return Heard(ask.id, ask.run, ask.part, ask.number, header.rate, header.seconds, blocks.add(samples))
