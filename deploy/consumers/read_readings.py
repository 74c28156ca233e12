#!/usr/bin/python3
"""Prints what the connector mqtt of Sluice sends, in any of its forms: one reading a line."""
import json
import os
import sys
import zlib
from decimal import Decimal
from urllib.parse import unquote, urlsplit

from paho.mqtt import client, subscribe

SENML = {-2: "bn", -3: "bt", 0: "n", 2: "v", 3: "vs", 4: "vb", 6: "t"}  # RFC 8428, section 6


def lines(topic: str, payload: bytes) -> list[str]:
    """Of each reading: ms since 1970, name, value, quality, seq; None for what is not told."""
    if payload.startswith(b"\x1f\x8b"):
        payload = zlib.decompress(payload, wbits=31)
    elif payload.startswith(b"\x28\xb5\x2f\xfd"):
        import zstandard  # Debian: python3-zstandard
        payload = zstandard.decompress(payload)
    said = {"v": payload.decode(errors="replace")} if payload else {"q": "unknown"}  # plain
    if b"\x80" <= payload[:1] <= b"\xbf":  # a list or map in CBOR; no text begins like that
        import cbor2  # Debian: python3-cbor2
        said = cbor2.loads(payload)
    elif payload[:1] in (b"{", b"["):
        said = json.loads(payload, parse_float=Decimal)
    head, found, base, start = {} if isinstance(said, list) else said, {}, "", 0
    if isinstance(said, list):  # senml-json, senml-cbor
        for record in ({SENML.get(label, label): r[label] for label in r} for r in said):
            base, start = record.get("bn", base), record.get("bt", start)
            name, _, ours = (base + record["n"]).removeprefix("x::").partition("/_")
            value = next(record[label] for label in ("v", "vs", "vb") if label in record)
            if ours.startswith("sluice/"):
                head[ours.removeprefix("sluice/")] = value
            elif ours in ("", "quality"):  # else it says whether the device answers
                t = round((start + record.get("t", 0) - head.get("shift", 0)) * 1000)
                found.setdefault((name, t), {})["q" if ours else "v"] = value
    elif "devices" in said:  # json, cbor
        for device, row in ((key, row) for key in said["devices"] for row in said["devices"][key]):
            for kind, point in ((key, point) for key in "vq" for point in row.get(key, ())):
                name = f"{said['gateway']}/{device}/{point}"
                found.setdefault((name, row["t"]), {})[kind] = row[kind][point]
    elif said.keys() & {"v", "q"} and not topic.rpartition("/")[2].startswith("_"):  # value, plain
        found["/".join(topic.split("/")[-3:]), said.get("t")] = said
    return [f"{t} {unquote(name.replace(':', '%'))} {of.get('v')} {of.get('q', 'good')}"
            f" {head.get('seq')}\n" for (name, t), of in found.items()]


def show(_client: client.Client, _userdata: object, message: client.MQTTMessage) -> None:
    try:
        print(*lines(message.topic, message.payload), sep="", end="", flush=True)
    except Exception as problem:
        print(f"{message.topic}: {problem!r}", file=sys.stderr)


url = urlsplit(os.environ["MQTT_URL"])  # tcp://user:password@broker:1883, or ssl://
login = {key: unquote(getattr(url, key)) for key in ("username", "password") if getattr(url, key)}
tls = {} if url.scheme == "ssl" else None
subscribe.callback(show, sys.argv[1:], 1, None, url.hostname, url.port, auth=login, tls=tls)
