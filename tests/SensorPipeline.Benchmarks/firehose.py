"""Readings a second with QoS 1, the log on disk and all stages on: a broker's end of one connection that has everything ready to send.

    dotnet publish -c Release src/SensorPipeline.Worker -o OUT
    python3 tests/SensorPipeline.Benchmarks/firehose.py OUT/sensor-pipeline.dll [--durability Durable] [--messages 3000000]
        [--sensors 2000] [--checkpoint 00:00:30] [--keep DIRECTORY]

Each message is a JSON object of about 75 bytes with its topic. A rate of one run says little on a busy machine: compare durabilities in turn, and look at
the processor time a message, which other work disturbs less. What --keep names can be given to `inspect`, whose time is that of a recovery.
"""
import argparse
import os
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time

WINDOW = 32000
CHUNK = 500
IDENTIFIERS = 65500
PINGREQ = 0xC0
PUBACKS = re.compile(rb"(?:\x40\x02..)+", re.DOTALL)

CONFIGURATION = """{ "SensorPipeline": { "Instance": "firehose", "Broker": { "Host": "127.0.0.1", "KeepAlive": "01:00:00" },
  "Sources": [ { "Topic": "in/{sensor}", "Format": "json", "Qos": 1, "Sensor": "{sensor}", "Path": "/v", "Time": "/ts" } ],
  "Publish": { "Interval": "01:00:00" }, "Storage": { "Durability": "%s", "CheckpointInterval": "%s" } } }"""


def message(identifier, number, sensors, start):
    topic = b"in/sensor-%05d" % (number % sensors)
    value = 20 + (number * 2654435761 % 1000) / 1000
    payload = b'{"v":%.4f,"ts":%d,"unit":"C","quality":"good"}' % (value, start + number // sensors * 100)
    body = struct.pack(">H", len(topic)) + topic + struct.pack(">H", identifier) + b"\0" + payload
    return bytes([0x32, len(body)]) + body


def end_of(data, at):
    """Where the packet at a place ends; beyond the data where it is not whole."""
    length, shift = 0, 0
    for place in range(at + 1, min(at + 5, len(data))):
        length |= (data[place] & 127) << shift
        shift += 7
        if data[place] < 128:
            return place + 1 + length
    return len(data) + 1


class Broker:
    def __init__(self, listener):
        self.socket, _ = listener.accept()
        self.socket.recv(65536)
        self.socket.sendall(bytes([0x20, 3, 0, 0, 0]))
        subscribe = self.socket.recv(65536)
        at = subscribe.find(b"\x82")
        self.socket.sendall(bytes([0x90, 4]) + subscribe[at + 2:at + 4] + bytes([0, 1]))
        self.acknowledged = 0
        self.changed = threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        rest = b""
        while data := self.socket.recv(1 << 20):
            data = rest + data
            at = acknowledged = 0
            while at < len(data):
                if run := PUBACKS.match(data, at):
                    acknowledged += (run.end() - at) // 4
                    at = run.end()
                elif (end := end_of(data, at)) <= len(data):
                    if data[at] == PINGREQ:
                        self.socket.sendall(b"\xd0\x00")
                    at = end
                else:
                    break
            rest = data[at:]
            with self.changed:
                self.acknowledged += acknowledged
                self.changed.notify()

    def run(self, chunks, messages):
        with self.changed:
            self.acknowledged = 0
        for sent in range(0, messages, CHUNK):
            with self.changed:
                while sent - self.acknowledged > WINDOW - CHUNK:
                    self.changed.wait(5)
            self.socket.sendall(chunks[sent // CHUNK % len(chunks)])
        with self.changed:
            while self.acknowledged < messages - CHUNK and self.changed.wait(10):
                pass


def processor_time(process):
    with open(f"/proc/{process.pid}/stat") as stat:
        fields = stat.read().split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--durability", default="Durable")
    parser.add_argument("--messages", type=int, default=3_000_000)
    parser.add_argument("--sensors", type=int, default=2000)
    parser.add_argument("--checkpoint", default="00:00:30")
    parser.add_argument("--keep")
    options = parser.parse_args()
    folder = tempfile.mkdtemp()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    with open(f"{folder}/service.json", "w") as file:
        file.write(CONFIGURATION % (options.durability, options.checkpoint))
    start = int(time.time() * 1000) - 1_000_000
    numbered = [message(number + 1, number, options.sensors, start) for number in range(IDENTIFIERS)]
    chunks = [b"".join(numbered[at:at + CHUNK]) for at in range(0, IDENTIFIERS, CHUNK)]
    process = subprocess.Popen(
        ["dotnet", os.path.abspath(options.program), "run", "--config", "service.json", f"--Broker:Port={listener.getsockname()[1]}", "--Http:Port=0"],
        cwd=folder, stdout=subprocess.DEVNULL)
    try:
        broker = Broker(listener)
        broker.run(chunks, options.messages // 4)
        before, began = processor_time(process), time.monotonic()
        broker.run(chunks, options.messages)
        took, used = time.monotonic() - began, processor_time(process) - before
        print(f"{options.durability}: {options.messages / took:,.0f} messages/s, {1e9 * used / options.messages:,.0f} ns of processor time a message")
    finally:
        process.kill()
        process.wait()
        if options.keep:
            shutil.copytree(f"{folder}/data", options.keep)
        shutil.rmtree(folder)


main()
