"""Messages of the connector mqtt of Sluice in the forms json and cbor, plain, gzip or zstd."""
import json
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

MOST_BYTES = 128 << 20  # of a message when it is unpacked: eight times the largest maxMessageBytes
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Record:
    """A record of the outbox, or a part of one: readings, the state of a device, or a gap."""

    gateway: str
    stream: str
    seq: int
    low: int  # the lowest seq that the broker has not acknowledged
    part: int = 1
    parts: int = 1
    clock: str = "trusted"
    # Rows in the order of the columns of their tables, which begin with gateway, stream and seq:
    readings: list[Row] = field(default_factory=list)  # device to quality
    states: list[Row] = field(default_factory=list)  # device to reason
    gap: Row | None = None  # first_seq to reason


def record(payload: bytes) -> Record | None:
    """What a message says; None for one that is of no record, such as a status.

    Raises an exception of any kind for what is no message of these forms.
    """
    said = _content(_unpacked(payload))
    if "seq" not in said:
        return None
    part, parts = said.get("part", (1, 1))
    readings, states, gap = [], [], None
    for device, rows in said.get("devices", {}).items():
        for row in rows:
            values, qualities = row.get("v", {}), row.get("q", {})
            for point in {**values, **qualities}:  # a dict, as a set has no order
                quality = _text(qualities[point]) if point in qualities else None
                told = (*_columns(values.get(point)), quality)
                readings.append((_text(device), _text(point), _time(row["t"]), *told))
    for device, state in said.get("state", {}).items():
        reason = _text(state["reason"]) if "reason" in state else None
        states.append((_text(device), _time(state["t"]), bool(state["up"]), reason))
    if "gap" in said:
        bounds = (int(said["gap"][key]) for key in ("first", "last", "count"))
        gap = (*bounds, _text(said["gap"]["reason"]))
    return Record(
        gateway=_text(said["gateway"]),
        stream=_text(said["stream"]),
        seq=int(said["seq"]),
        low=int(said["low"]),
        part=int(part),
        parts=int(parts),
        clock=_text(said.get("clock", "trusted")),
        readings=readings,
        states=states,
        gap=gap,
    )


def _unpacked(payload: bytes) -> bytes:
    """The first bytes say whether and how it is compressed."""
    if payload.startswith(b"\x1f\x8b"):
        stream = zlib.decompressobj(wbits=31)
        plain = stream.decompress(payload, MOST_BYTES)
        if not stream.eof:
            raise ValueError(f"expected gzip of at most {MOST_BYTES} bytes, found more or a piece")
        return plain
    if payload.startswith(b"\x28\xb5\x2f\xfd"):
        import zstandard  # Debian: python3-zstandard

        if not 0 <= zstandard.frame_content_size(payload) <= MOST_BYTES:
            raise ValueError(f"expected zstd of at most {MOST_BYTES} bytes that says its size")
        return zstandard.decompress(payload)
    return payload


def _content(payload: bytes) -> dict[str, Any]:
    if b"\x80" <= payload[:1] <= b"\xbf":  # a list or a map in CBOR
        import cbor2  # Debian: python3-cbor2

        said = cbor2.loads(payload)
    else:
        said = json.loads(payload, parse_float=Decimal)
    if not isinstance(said, dict):
        raise ValueError(f"expected the form json or cbor, found a {type(said).__name__}")
    return said


def _text(value: Any) -> str:
    """Nothing else may get into a statement: a message that ends the program would come again."""
    if not isinstance(value, str):
        raise ValueError(f"expected text, found a {type(value).__name__}")
    return value


def _time(millis: int) -> str:
    return (EPOCH + timedelta(milliseconds=millis)).isoformat(timespec="milliseconds")


def _columns(value: Any) -> tuple[str | None, bool | None, str | None]:
    """A value as number, truth or text. Numbers are text here, too: it has all of their digits."""
    if value is None or isinstance(value, str):
        return None, None, value
    if isinstance(value, bool):
        return None, value, None
    if isinstance(value, (int, float, Decimal)):
        return str(value), None, None
    raise ValueError(f"expected a value, found a {type(value).__name__}")
