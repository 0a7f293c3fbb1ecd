"""OpenAI's client in Python: speaks into a file, streams, lists the models and meets an error. Prints what it saw."""

import json
import sys

import openai

url, folder = sys.argv[1:]
client = openai.OpenAI(base_url=f"{url}v1", api_key="s3cret", max_retries=0)
seen = {"models": [model.id for model in client.models.list()]}
client.audio.speech.create(model="tts-1", voice="alloy", input="你好，世界。").write_to_file(f"{folder}/whole.mp3")
asked = client.audio.speech.with_streaming_response
with asked.create(model="tts-1", voice="alloy", input="你好。" * 20, response_format="opus") as response:
    response.stream_to_file(f"{folder}/stream.opus")
with asked.create(model="tts-1", voice="alloy", input="你好。", response_format="pcm", stream_format="sse") as response:
    seen["events"] = [json.loads(line[6:])["type"] for line in response.iter_lines() if line.startswith("data: ")]
try:
    client.audio.speech.create(model="tts-1", voice="nobody", input="你好。")
except openai.NotFoundError as error:
    seen["refused"] = error.code
print(json.dumps(seen))
