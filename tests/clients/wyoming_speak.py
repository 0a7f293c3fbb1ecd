"""The Wyoming client as Home Assistant uses it: asks what there is, speaks a text, and one that is still being written."""

import asyncio
import json
import sys

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
    SynthesizeVoice,
)

host, port = sys.argv[1], int(sys.argv[2])


async def describe():
    async with AsyncTcpClient(host, port) as client:
        await client.write_event(Ping(text="there?").event())
        assert Pong.is_type((await client.read_event()).type)
        await client.write_event(Describe().event())
        return Info.from_event(await client.read_event()).tts[0]


async def sound(client, end):
    seen, pcm = [], b""
    while True:
        event = await client.read_event()
        assert event is not None, seen
        if not seen or seen[-1] != event.type:
            seen.append(event.type)
        if AudioStart.is_type(event.type):
            start = AudioStart.from_event(event)
            assert (start.width, start.channels) == (2, 1)
        if AudioChunk.is_type(event.type):
            pcm += AudioChunk.from_event(event).audio
        if end.is_type(event.type):
            return {"seen": seen, "bytes": len(pcm), "rate": start.rate}


async def speak(voice):
    async with AsyncTcpClient(host, port) as client:
        await client.write_event(Synthesize(text="今天天气很好。明天见。", voice=voice).event())
        return await sound(client, AudioStop)


async def stream(voice):
    async with AsyncTcpClient(host, port) as client:
        await client.write_event(SynthesizeStart(voice=voice).event())
        for text in ["今天天气", "很好。明", "天见。"]:
            await client.write_event(SynthesizeChunk(text=text).event())
        # For servers without streaming.
        await client.write_event(Synthesize(text="今天天气很好。明天见。", voice=voice).event())
        await client.write_event(SynthesizeStop().event())
        return await sound(client, SynthesizeStopped)


async def refused():
    async with AsyncTcpClient(host, port) as client:
        await client.write_event(Synthesize(text="好。", voice=SynthesizeVoice(name="nobody")).event())
        return Error.from_event(await client.read_event()).code


async def main():
    program = await describe()
    voice = SynthesizeVoice(name=program.voices[0].name)
    seen = {"voices": [voice.name for voice in program.voices], "streams": program.supports_synthesize_streaming}
    seen |= {"languages": program.voices[0].languages, "whole": await speak(voice), "plain": await speak(None)}
    seen |= {"stream": await stream(voice), "refused": await refused()}
    print(json.dumps(seen))


asyncio.run(main())
