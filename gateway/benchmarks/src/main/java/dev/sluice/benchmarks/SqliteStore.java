package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** SQLite as durable as we are: WAL, {@code synchronous=FULL}, all else at its defaults. */
final class SqliteStore implements Store {

  private final Connection connection;
  private final PreparedStatement insert;
  private final PreparedStatement evict;
  private final long kept;
  private long last;
  private long committed;

  SqliteStore(Path directory, Use use, long ringBytes) throws IOException, SQLException {
    Files.createDirectories(directory);
    connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("queue.db"));
    expect("PRAGMA journal_mode=WAL", "wal");
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous=FULL");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS queue(seq INTEGER PRIMARY KEY, record BLOB NOT NULL)");
    }
    expect("PRAGMA synchronous", "2");
    last = Long.parseLong(value("SELECT coalesce(max(seq), 0) FROM queue"));
    committed = last;
    connection.setAutoCommit(false);
    insert = connection.prepareStatement("INSERT INTO queue(seq, record) VALUES(?, ?)");
    evict = connection.prepareStatement("DELETE FROM queue WHERE seq <= ?");
    kept = use == Use.RING ? ringBytes / RECORD : Long.MAX_VALUE;
  }

  /** A setting that is not taken would be passed over in silence, and the comparison worthless. */
  private void expect(String question, String answer) throws SQLException {
    String found = value(question);
    if (!found.equals(answer)) {
      throw new SQLException(question + " gave " + found + ", expected " + answer);
    }
  }

  private String value(String question) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(question)) {
      return String.valueOf(row.getString(1));
    }
  }

  /** Loads the native library, which is no part of opening a database. */
  static void load() throws SQLException {
    DriverManager.getConnection("jdbc:sqlite::memory:").close();
  }

  @Override
  public void put(byte[] record) throws SQLException {
    insert.setLong(1, ++last);
    insert.setBytes(2, record);
    insert.executeUpdate();
  }

  @Override
  public void commit() throws SQLException {
    if (last == committed) {
      return;
    }
    if (last > kept) {
      evict.setLong(1, last - kept);
      evict.executeUpdate();
    }
    connection.commit();
    committed = last;
  }

  @Override
  public byte[] oldest() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT record FROM queue ORDER BY seq LIMIT 1")) {
      return row.getBytes(1);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
