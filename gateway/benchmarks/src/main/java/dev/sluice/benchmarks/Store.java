package dev.sluice.benchmarks;

import dev.sluice.gateway.outbox.log.Keys;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** A durable queue of records of 4 KiB under measurement. For one thread. */
interface Store extends AutoCloseable {

  /** Bytes of a record: a batch that is compressed already. */
  int RECORD = 4 << 10;

  /** What becomes of the records. */
  enum Use {
    /**
     * Each is acknowledged at once, which lets us write files again. The peers keep all records: to
     * delete them would only cost them time.
     */
    APPEND,
    /**
     * Nobody acknowledges; the oldest go as new ones come, which is what a long outage looks like.
     */
    RING,
    /** Nobody acknowledges, and there is room for all. */
    BACKLOG
  }

  /** The contenders, by the names in the report. */
  static Store open(String name, Path directory, Use use, long ringBytes)
      throws IOException, SQLException {
    return switch (name) {
      case "sluice" -> new SluiceStore(directory, use, ringBytes, Keys.NONE);
      case "sluice-encrypted" -> new SluiceStore(directory, use, ringBytes, SluiceStore.ENCRYPTED);
      case "sqlite" -> new SqliteStore(directory, use, ringBytes);
      case "mvstore" -> new H2Store(directory, use, ringBytes);
      default -> throw new IllegalArgumentException("no store " + name);
    };
  }

  /** Adds a record, to become durable with the next commit. */
  void put(byte[] record) throws IOException, SQLException;

  /** All that was put is durable when this returns. */
  void commit() throws IOException, SQLException;

  /** The oldest record that is left. */
  byte[] oldest() throws IOException, SQLException;

  @Override
  void close() throws IOException, SQLException;
}
