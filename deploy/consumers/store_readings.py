#!/usr/bin/python3
"""Keeps in PostgreSQL or SQLite what the connector mqtt of Sluice sends in its forms json and cbor.

Each reading once, however often it comes; every gap; every change of a device; and which records
are here, so that the database can tell what is missing, and why. A message is acknowledged after
it was committed: what this program or the database does not survive, the broker sends again.
"""
import argparse
import contextlib
import logging
import os
import random
import signal
import sqlite3
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt

from sluice_records import Record, Row, record

# What goes away by itself; anything else is a mistake, and ends the program.
TROUBLE: tuple[type[Exception], ...] = (OSError, sqlite3.OperationalError)
try:
    import psycopg

    TROUBLE += (psycopg.OperationalError, psycopg.InterfaceError)
except ImportError:
    psycopg = None  # SQLite needs no package

KEEP_ALIVE = 30  # seconds
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between attempts
REJECTED, REJECTED_BYTES = 1000, 64 << 10  # messages kept that nobody can read; bytes of each
SCHEMA = Path(__file__).with_name("schema.sql")

log = logging.getLogger("store_readings")


class Store:
    """The database, with a transaction for each message. Not thread-safe."""

    def __init__(self, database: str) -> None:
        """Connects, and makes the tables that are not there."""
        schema = SCHEMA.read_text(encoding="utf-8")
        self.api: ModuleType = sqlite3  # which has the kinds of errors
        self.connection: Any
        if "=" in database or database.startswith(("postgresql://", "postgres://")):
            if psycopg is None:
                sys.exit("PostgreSQL needs the package python3-psycopg")
            self.api = psycopg
            self.connection = psycopg.connect(database, connect_timeout=10)
            self._run(schema.replace("CREATE VIEW IF NOT EXISTS", "CREATE OR REPLACE VIEW"))
        else:
            self.connection = sqlite3.connect(database)
            self.connection.executescript(schema)
        self.connection.commit()

    def keep(self, of: Record, retained: bool) -> None:
        """Commits it, or raises and leaves nothing behind.

        retained: the broker's copy of a former message, which says nothing of what came between.
        """
        key = (of.gateway, of.stream, of.seq)
        if of.clock == "corrected":
            # Once more, after the clock was set: with other times, so the key does not find them.
            self._many(
                "DELETE FROM reading WHERE gateway = ? AND stream = ? AND seq = ?"
                " AND device = ? AND point = ? AND clock = 'untrusted'",
                [(*key, device, point) for device, point, *_ in of.readings],
            )
        new = self._many(
            "INSERT INTO reading VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(*key, *reading, of.clock) for reading in of.readings],
        )
        self._many(
            "INSERT INTO device_state VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(*key, *state, of.clock) for state in of.states],
        )
        self._many(
            "INSERT INTO gap VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(*key, *of.gap)] if of.gap else [],
        )
        if not retained:
            self._account(of, len(of.readings) - new)
        self.connection.commit()

    def reject(self, topic: str, payload: bytes, problem: Exception) -> None:
        """Commits a message that cannot be kept as it is, instead of what was begun with it."""
        self.connection.rollback()
        now = datetime.now(timezone.utc).isoformat()
        self._run(
            "INSERT INTO rejected VALUES (?, ?, ?, ?)",
            (now, topic, payload[:REJECTED_BYTES], repr(problem)),
        )
        self._run(
            "DELETE FROM rejected WHERE at < (SELECT min(at) FROM"
            " (SELECT at FROM rejected ORDER BY at DESC LIMIT ?) newest)",
            (REJECTED,),
        )
        self.connection.commit()

    def close(self) -> None:
        self.connection.close()

    def _account(self, of: Record, duplicates: int) -> None:
        """Which records are here, and how far the broker has them."""
        stream = (of.gateway, of.stream)
        self._run(
            "INSERT INTO stream VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT (gateway, stream) DO UPDATE"
            " SET messages = stream.messages + 1, duplicates = stream.duplicates + ?,"
            " low = CASE WHEN stream.low < ? THEN ? ELSE stream.low END",
            (*stream, of.low, of.low, duplicates, duplicates, of.low, of.low),
        )
        if of.parts > 1 and not self._is_whole(of):
            return
        touching = self._run(
            "DELETE FROM received WHERE gateway = ? AND stream = ? AND first_seq <= ?"
            " AND last_seq >= ? RETURNING first_seq, last_seq",
            (*stream, of.seq + 1, of.seq - 1),
        )
        ends = [of.seq, *(seq for row in touching for seq in row)]
        self._run("INSERT INTO received VALUES (?, ?, ?, ?)", (*stream, min(ends), max(ends)))

    def _is_whole(self, of: Record) -> bool:
        """Whether this part was the last one; sent again, a record may come in other parts."""
        record_of = (of.gateway, of.stream, of.seq)
        if self._run(
            "SELECT 1 FROM received WHERE gateway = ? AND stream = ?"
            " AND ? BETWEEN first_seq AND last_seq",
            record_of,
        ):
            return True
        self._run(
            "INSERT INTO part VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (*record_of, of.parts, of.part),
        )
        [[count]] = self._run(
            "SELECT count(*) FROM part WHERE gateway = ? AND stream = ? AND seq = ? AND parts = ?",
            (*record_of, of.parts),
        )
        if count < of.parts:
            return False
        self._run("DELETE FROM part WHERE gateway = ? AND stream = ? AND seq = ?", record_of)
        return True

    def _run(self, statement: str, values: Row = ()) -> list[Row]:
        cursor = self.connection.cursor()
        cursor.execute(self._native(statement), values)
        return cursor.fetchall() if cursor.description else []

    def _many(self, statement: str, rows: list[Row]) -> int:
        """How many rows it changed."""
        if not rows:
            return 0
        cursor = self.connection.cursor()
        cursor.executemany(self._native(statement), rows)
        return cursor.rowcount

    def _native(self, statement: str) -> str:
        return statement if self.api is sqlite3 else statement.replace("?", "%s")


class Subscription:
    """A session that the broker keeps, over one connection. Not thread-safe."""

    def __init__(self, store: Store, broker: str, client_id: str, topics: list[str]) -> None:
        self.store = store
        self.topics = topics
        # From version 2 on paho wants to know that these callbacks are those of version 1.
        version = [mqtt.CallbackAPIVersion.VERSION1] if hasattr(mqtt, "CallbackAPIVersion") else []
        self.client = mqtt.Client(*version, client_id=client_id, clean_session=False)
        self.client.on_connect = self._connected
        self.client.on_subscribe = self._subscribed
        self.client.on_message = self._received
        url = urlsplit(broker)
        port = 1883
        if url.scheme == "ssl":
            port = 8883
            self.client.tls_set()  # trusts what the system trusts, or the file SSL_CERT_FILE
        if url.username:
            self.client.username_pw_set(unquote(url.username), unquote(url.password or ""))
        self.client.connect(url.hostname, url.port or port, KEEP_ALIVE)

    def run(self) -> None:
        """Until the connection or the database fails, which it raises."""
        try:
            while (code := self.client.loop(1.0)) == mqtt.MQTT_ERR_SUCCESS:
                pass
            raise ConnectionError(f"connection to the broker: {mqtt.error_string(code)}")
        finally:
            # In order: the broker keeps the session, and what was not acknowledged.
            self.client.disconnect()

    def _connected(self, client: mqtt.Client, _userdata: Any, _flags: Any, code: int) -> None:
        if code != 0:
            raise ConnectionError(mqtt.connack_string(code))
        client.subscribe([(topic, 1) for topic in self.topics])

    def _subscribed(self, _client: mqtt.Client, _userdata: Any, _mid: int, granted: Any) -> None:
        for topic, qos in zip(self.topics, granted):
            if int(qos) != 1:
                raise ConnectionError(f"the broker does not grant QoS 1 for {topic}")
        log.info("subscribed to %s", ", ".join(self.topics))

    def _received(self, _client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        """Returns when it is committed; only then paho acknowledges. What it raises ends run()."""
        try:
            found = record(message.payload)
        except ImportError as missing:  # cbor2, zstandard
            sys.exit(f"{message.topic}: needs the package python3-{missing.name}")
        except Exception as problem:
            self._reject(message, problem)
            return
        if found is None:
            return
        # What no database will ever take. ValueError: half of a character, for example.
        api = self.store.api
        try:
            self.store.keep(found, message.retain)
        except (api.DataError, api.IntegrityError, OverflowError, ValueError) as problem:
            self._reject(message, problem)

    def _reject(self, message: mqtt.MQTTMessage, problem: Exception) -> None:
        log.warning("rejected a message of %s: %r", message.topic, problem)
        self.store.reject(message.topic, message.payload, problem)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Stores what Sluice sends to a broker.",
        epilog="The broker is in the environment: MQTT_URL=ssl://USER:PASSWORD@HOST:PORT, or tcp://.",
    )
    parser.add_argument("topics", nargs="+", metavar="TOPIC", help="such as site/+/readings/#")
    parser.add_argument("--database", default="readings.sqlite", help="postgresql://... or a file")
    parser.add_argument("--client-id", default="sluice-store", help="its session at the broker")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    broker = os.environ.get("MQTT_URL", "tcp://localhost:1883")
    pause = FIRST_PAUSE
    while True:
        began = time.monotonic()
        try:
            with contextlib.closing(Store(options.database)) as store:
                Subscription(store, broker, options.client_id, options.topics).run()
        except TROUBLE as problem:
            log.warning("%s", str(problem).strip())
        if time.monotonic() - began > LONGEST_PAUSE:
            pause = FIRST_PAUSE
        time.sleep(random.uniform(pause / 2, pause))
        pause = min(2 * pause, LONGEST_PAUSE)


if __name__ == "__main__":
    main()
