-- What store_readings.py keeps, in PostgreSQL or SQLite. Made at each start, unless it is there.

-- Each reading once. When a message is sent again, its readings have the same key again.
CREATE TABLE IF NOT EXISTS reading (
    gateway TEXT NOT NULL,
    stream TEXT NOT NULL,       -- the life of one outbox
    seq BIGINT NOT NULL,        -- the record it came in
    device TEXT NOT NULL,
    point TEXT NOT NULL,
    time TIMESTAMPTZ NOT NULL,  -- of acquisition; in SQLite text as of ISO 8601, in UTC
    number NUMERIC,             -- exact in PostgreSQL; in SQLite 64-bit integers or floats
    truth BOOLEAN,
    text TEXT,
    quality TEXT,               -- NULL: good; a bad reading has no value, a doubtful one has both
    clock TEXT NOT NULL,        -- trusted, corrected, or untrusted: a wrong clock said the time
    PRIMARY KEY (gateway, stream, seq, device, point, time)
);
CREATE INDEX IF NOT EXISTS reading_by_point ON reading (gateway, device, point, time);

-- When a device began to answer, or ceased to.
CREATE TABLE IF NOT EXISTS device_state (
    gateway TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    device TEXT NOT NULL,
    time TIMESTAMPTZ NOT NULL,
    up BOOLEAN NOT NULL,
    reason TEXT,
    clock TEXT NOT NULL,
    PRIMARY KEY (gateway, stream, seq, device)
);

-- What the gateway says that this uplink does not get: which records, how many readings, and why.
CREATE TABLE IF NOT EXISTS gap (
    gateway TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,        -- the record that said so
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    readings BIGINT NOT NULL,
    reason TEXT NOT NULL,       -- bytes, age, refused, ...
    PRIMARY KEY (gateway, stream, seq)
);

-- One row for each outbox that was ever heard of.
CREATE TABLE IF NOT EXISTS stream (
    gateway TEXT NOT NULL,
    stream TEXT NOT NULL,
    since BIGINT NOT NULL,      -- what is below was acknowledged before this program listened
    low BIGINT NOT NULL,        -- all below was acknowledged by the broker
    messages BIGINT NOT NULL,
    duplicates BIGINT NOT NULL, -- readings that came again and were dropped
    PRIMARY KEY (gateway, stream)
);

-- Which records are here, as ranges that do not touch.
CREATE TABLE IF NOT EXISTS received (
    gateway TEXT NOT NULL,
    stream TEXT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    PRIMARY KEY (gateway, stream, first_seq)
);

-- Parts of records of which others are still to come.
CREATE TABLE IF NOT EXISTS part (
    gateway TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    part BIGINT NOT NULL,
    PRIMARY KEY (gateway, stream, seq, parts, part)
);

-- Messages that cannot be read. They are acknowledged, else they would come for ever.
CREATE TABLE IF NOT EXISTS rejected (
    at TIMESTAMPTZ NOT NULL,
    topic TEXT NOT NULL,
    payload BYTEA NOT NULL,
    problem TEXT NOT NULL
);

-- Records that are neither here nor named in a gap. Below low the broker acknowledged them: they
-- are lost behind the gateway. From low on the gateway still has them.
CREATE VIEW IF NOT EXISTS hole AS
WITH known AS (
    SELECT gateway, stream, first_seq, last_seq FROM received
    UNION ALL SELECT gateway, stream, first_seq, last_seq FROM gap
    -- Of no length: where to begin, where a hole is to be parted, and how far records are known.
    UNION ALL SELECT gateway, stream, since, since - 1 FROM stream
    UNION ALL SELECT gateway, stream, low, low - 1 FROM stream
    UNION ALL SELECT gateway, stream, seq + 1, seq FROM part
), ordered AS (
    SELECT gateway, stream, first_seq AS next_seq,
           max(last_seq) OVER (PARTITION BY gateway, stream ORDER BY first_seq, last_seq
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_seq
    FROM known
)
SELECT o.gateway, o.stream, o.before_seq + 1 AS first_seq, o.next_seq - 1 AS last_seq,
       CASE WHEN o.next_seq <= s.low THEN 'lost' ELSE 'on its way' END AS why
FROM ordered o
JOIN stream s ON s.gateway = o.gateway AND s.stream = o.stream
WHERE o.next_seq > o.before_seq + 1 AND o.next_seq > s.since;

-- Everything that is missing and why: the reason of a gap, 'lost' or 'on its way'.
CREATE VIEW IF NOT EXISTS missing AS
SELECT gateway, stream, first_seq, last_seq, why, CAST(NULL AS BIGINT) AS readings FROM hole
UNION ALL
SELECT gateway, stream, first_seq, last_seq, reason, readings FROM gap;

-- One row for each stream: from since to complete_to every record is here or named in a gap.
CREATE VIEW IF NOT EXISTS completeness AS
SELECT s.gateway, s.stream, s.since, s.low,
       COALESCE((SELECT min(h.first_seq) - 1 FROM hole h
                 WHERE h.gateway = s.gateway AND h.stream = s.stream),
                (SELECT max(r.last_seq) FROM received r
                 WHERE r.gateway = s.gateway AND r.stream = s.stream)) AS complete_to,
       COALESCE((SELECT sum(h.last_seq - h.first_seq + 1) FROM hole h
                 WHERE h.gateway = s.gateway AND h.stream = s.stream AND h.why = 'lost'),
                0) AS lost_records,
       COALESCE((SELECT sum(h.last_seq - h.first_seq + 1) FROM hole h
                 WHERE h.gateway = s.gateway AND h.stream = s.stream AND h.why <> 'lost'),
                0) AS records_on_their_way,
       (SELECT count(*) FROM gap g
        WHERE g.gateway = s.gateway AND g.stream = s.stream) AS gaps,
       COALESCE((SELECT sum(g.readings) FROM gap g
                 WHERE g.gateway = s.gateway AND g.stream = s.stream), 0) AS readings_in_gaps,
       s.duplicates
FROM stream s;
