package dev.sluice.gateway.cli;

import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.outbox.log.Announcer;
import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.Keys;
import dev.sluice.gateway.outbox.log.Log;
import dev.sluice.gateway.outbox.log.LogClock;
import dev.sluice.gateway.outbox.log.LogOptions;
import dev.sluice.gateway.outbox.log.Loss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** An outbox in small segments, as a gateway leaves it; and what can happen to it. */
final class OutboxOnDisk {

  static final int SEGMENT = 32 * 1024;
  static final int PAGE = 4096;
  static final int DATA_READINGS = 7;

  private static final long WRITTEN = 1_700_000_000_000L;

  private static final LogClock CLOCK =
      new LogClock() {
        @Override
        public long nanos() {
          return 1;
        }

        @Override
        public long millis() {
          return WRITTEN;
        }

        @Override
        public boolean trusted() {
          return true;
        }
      };

  private static final Announcer GAPS =
      new Announcer() {
        @Override
        public int kind() {
          return RecordKind.GAP.code();
        }

        @Override
        public List<Entry> announce(Loss loss, List<byte[]> carried) {
          var gap =
              new GapRecord(loss.first(), loss.last(), loss.readings(), "corrupt", loss.uplink());
          return List.of(new Entry(kind(), 0, gap.encode()));
        }

        @Override
        public long[] settles(byte[] payload, String uplink) {
          return new long[0];
        }
      };

  final Path directory;

  private final Keys keys;

  OutboxOnDisk(Path directory) {
    this(directory, Keys.NONE);
  }

  OutboxOnDisk(Path directory, Keys keys) {
    this.directory = directory;
    this.keys = keys;
  }

  Log open() throws IOException {
    var options =
        new LogOptions(
            directory, 100L * SEGMENT, Duration.ofDays(30), SEGMENT, 100L * SEGMENT, keys);
    return Log.open(options, FileOps.DISK, CLOCK, GAPS, new Random(7));
  }

  static Entry data() {
    return new Entry(RecordKind.DATA.code(), DATA_READINGS, StoredRecord.ofTwoDevices());
  }

  static Entry state() {
    byte[] payload =
        new DeviceStateRecord("meter-1", 1_700_000_000_500L, true, false, "timeout").encode();
    return new Entry(RecordKind.DEVICE_STATE.code(), 0, payload);
  }

  /** Commits of one record each, 7 to a segment: 20 records in three segments. */
  OutboxOnDisk filled() throws IOException {
    try (Log log = open()) {
      var unused = log.cursor("cloud");
      log.cursor("plant");
      for (int i = 1; i <= 20; i++) {
        log.commit(List.of(i == 3 ? state() : data()));
      }
      log.cursor("plant").acknowledge(1, 12);
    }
    return this;
  }

  List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".seg")).sorted().toList();
    }
  }

  /** Changes a byte. */
  void flip(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1));
      channel.write(one.rewind(), at);
    }
  }

  /** All bytes of all files, by name; the lock apart. */
  TreeMap<String, String> contents() throws IOException {
    var contents = new TreeMap<String, String>();
    try (Stream<Path> files = Files.list(directory)) {
      files
          .filter(file -> !file.endsWith("lock"))
          .forEach(
              file -> {
                try {
                  var crc = new java.util.zip.CRC32C();
                  crc.update(Files.readAllBytes(file));
                  contents.put(
                      file.getFileName().toString(), Files.size(file) + " " + crc.getValue());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    return contents;
  }
}
