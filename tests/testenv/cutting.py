"""Data that is sent in pieces, cut by chance."""

import asyncio
import random


def cut(data: bytes, chance: random.Random) -> list[bytes]:
    places = sorted({0, len(data), *(chance.randrange(len(data) + 1) for _ in range(chance.choice((0, 0, 1, 3))))})
    return [data[begin:end] for begin, end in zip(places, places[1:], strict=False)]


async def write(writer: asyncio.StreamWriter, data: bytes, chance: random.Random) -> None:
    for piece in cut(data, chance):
        writer.write(piece)
        await asyncio.sleep(chance.choice((0, 0, 0.003)))
