package dev.sluice.gateway.outbox.log;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The contract of a log, kept by SQLite in a few tables: what is there, what each uplink has left,
 * what its cursor file says, and which losses nobody was told of yet.
 */
final class SqliteOracle implements AutoCloseable {

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private long oldest = 1;
  private long next = 1;

  SqliteOracle() throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite::memory:");
    connection.setAutoCommit(false);
    run("CREATE TABLE records(seq INTEGER PRIMARY KEY, kind, readings, payload, millis)");
    run("CREATE TABLE uplinks(uplink PRIMARY KEY, synced)");
    for (String table : List.of("unacked", "synced", "untold")) {
      run("CREATE TABLE " + table + "(uplink, seq, PRIMARY KEY(uplink, seq)) WITHOUT ROWID");
    }
    run("CREATE INDEX bySeq ON unacked(seq)");
    run("CREATE INDEX syncedBySeq ON synced(seq)");
  }

  private PreparedStatement prepared(String sql, Object... values) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  private int run(String sql, Object... values) throws SQLException {
    return prepared(sql, values).executeUpdate();
  }

  long number(String sql, Object... values) throws SQLException {
    try (ResultSet result = prepared(sql, values).executeQuery()) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  long next() {
    return next;
  }

  long oldest() {
    return oldest;
  }

  void append(int kind, int readings, byte[] payload, long millis) throws SQLException {
    run("INSERT INTO records VALUES(?, ?, ?, ?, ?)", next, kind, readings, payload, millis);
    run("INSERT INTO unacked SELECT uplink, ? FROM uplinks", next);
    next++;
  }

  Set<String> uplinks() throws SQLException {
    Set<String> uplinks = new TreeSet<>();
    try (ResultSet result = prepared("SELECT uplink FROM uplinks").executeQuery()) {
      while (result.next()) {
        uplinks.add(result.getString(1));
      }
    }
    return uplinks;
  }

  Set<Long> seqs() throws SQLException {
    Set<Long> seqs = new TreeSet<>();
    try (ResultSet result = prepared("SELECT seq FROM records").executeQuery()) {
      while (result.next()) {
        seqs.add(result.getLong(1));
      }
    }
    return seqs;
  }

  /**
   * It begins at the oldest record, and waits for what is gone from between until that is named.
   *
   * @param gone what is not there any more; nobody may have needed it
   */
  void add(String uplink, Set<Long> gone) throws SQLException {
    for (long seq : gone) {
      if (number("SELECT count(*) FROM unacked WHERE seq = ?", seq) > 0) {
        throw new AssertionError(seq + " is needed and gone");
      }
      run("DELETE FROM records WHERE seq = ?", seq);
    }
    run("INSERT INTO uplinks VALUES(?, 0)", uplink);
    run(
        "WITH RECURSIVE every(seq) AS (SELECT ? UNION ALL SELECT seq + 1 FROM every"
            + " WHERE seq + 1 < ?) INSERT INTO unacked SELECT ?, seq FROM every WHERE seq < ?",
        oldest,
        next,
        uplink,
        next);
    run(
        "INSERT INTO untold SELECT uplink, seq FROM unacked WHERE uplink = ?"
            + " AND seq NOT IN (SELECT seq FROM records)",
        uplink);
  }

  void forget(String uplink) throws SQLException {
    run("DELETE FROM uplinks WHERE uplink = ?", uplink);
    for (String table : List.of("unacked", "synced", "untold")) {
      run("DELETE FROM " + table + " WHERE uplink = ?", uplink);
    }
  }

  void acknowledge(String uplink, long first, long last) throws SQLException {
    run("DELETE FROM unacked WHERE uplink = ? AND seq BETWEEN ? AND ?", uplink, first, last);
  }

  /** The cursor files say what is so. */
  void sync() throws SQLException {
    run("DELETE FROM synced");
    run("INSERT INTO synced SELECT * FROM unacked");
    run("UPDATE uplinks SET synced = 1");
    syncedNext = next;
  }

  /** What the cursor files speak of; what was appended later is nobody's yet. */
  private long syncedNext = 1;

  /** Only what the cursor files said is still known. */
  void crash() throws SQLException {
    run("DELETE FROM uplinks WHERE synced = 0");
    run("DELETE FROM unacked");
    run("INSERT INTO unacked SELECT * FROM synced");
    run(
        "INSERT INTO unacked SELECT uplink, seq FROM uplinks, records WHERE seq >= ?"
            + " AND NOT EXISTS (SELECT 1 FROM synced s WHERE s.uplink = uplinks.uplink"
            + " AND s.seq = records.seq)",
        syncedNext);
    run("DELETE FROM untold WHERE uplink NOT IN (SELECT uplink FROM uplinks)");
  }

  /** What one read gives. */
  List<StoredRecord> read(String uplink, long from, int maxBytes) throws SQLException {
    List<StoredRecord> records = new ArrayList<>();
    long bytes = 0;
    String sql =
        "SELECT r.seq, kind, readings, payload FROM unacked u JOIN records r ON r.seq = u.seq"
            + " WHERE uplink = ? AND u.seq >= ? ORDER BY u.seq";
    try (ResultSet result = prepared(sql, uplink, from).executeQuery()) {
      while (bytes < maxBytes && result.next()) {
        byte[] payload = result.getBytes(4);
        records.add(
            new StoredRecord(result.getLong(1), result.getInt(2), result.getInt(3), payload));
        bytes += payload.length;
      }
    }
    return records;
  }

  long low(String uplink) throws SQLException {
    long low = number("SELECT min(seq) FROM unacked WHERE uplink = ?", uplink);
    return low == 0 ? next : low;
  }

  long backlog(String uplink) throws SQLException {
    return number("SELECT count(*) FROM unacked WHERE uplink = ?", uplink);
  }

  /** How many below a seq somebody has not acknowledged. */
  long needed(long end) throws SQLException {
    return number(
        "SELECT count(DISTINCT u.seq) FROM unacked u JOIN records r ON r.seq = u.seq"
            + " WHERE u.seq >= ? AND u.seq < ?",
        oldest,
        end);
  }

  /** The readings in them. */
  long neededReadings(long end) throws SQLException {
    return number(
        "SELECT total(readings) FROM records WHERE seq < ?"
            + " AND EXISTS (SELECT 1 FROM unacked u WHERE u.seq = records.seq)",
        end);
  }

  /** How many below a seq some cursor file has not acknowledged, so that they must stay. */
  long neededByFiles(long end) throws SQLException {
    return number("SELECT count(*) FROM synced WHERE seq >= ? AND seq < ?", oldest, end)
        + number("SELECT count(*) FROM records WHERE seq >= ? AND seq < ?", syncedNext, end);
  }

  /** When the newest of them was written. */
  long newestMillis(long end) throws SQLException {
    return number("SELECT max(millis) FROM records WHERE seq < ?", end);
  }

  /** Everything below goes; who needed it must be told. */
  void drop(long end) throws SQLException {
    run(
        "INSERT OR IGNORE INTO untold SELECT uplink, u.seq FROM unacked u"
            + " JOIN records r ON r.seq = u.seq WHERE u.seq >= ? AND u.seq < ?",
        oldest,
        end);
    run("DELETE FROM records WHERE seq < ?", end);
    oldest = end;
  }

  void told(Plant.Gap gap) throws SQLException {
    run(
        "DELETE FROM untold WHERE seq BETWEEN ? AND ? AND (? = '' OR uplink = ?)",
        gap.first(),
        gap.last(),
        gap.uplink(),
        gap.uplink());
  }

  long untold() throws SQLException {
    return number("SELECT count(*) FROM untold");
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
