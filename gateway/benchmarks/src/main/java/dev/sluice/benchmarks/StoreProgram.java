package dev.sluice.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process with one store, told line by line what to do; it ends when its input does. Arguments:
 * name of the store, its directory, bytes of the ring, a directory for native libraries.
 *
 * <pre>
 * open USE                     an empty store            ready 0
 * settle                       writes the ring over twice     settled 0
 * rate WINDOW_MICROS MILLIS    puts as fast as it can, a commit per window or MiB;
 *                              with a window of 0 one per record
 *                                                        rate RECORDS_PER_SECOND CPU_MICROS_PER_RECORD
 * wear PER_COMMIT BYTES        on a device of its own    wear WRITTEN_TO_DEVICE PAYLOAD
 * fill BYTES                   a backlog                 filled 0
 * rehearse                     a small store, once through     rehearsed 0
 * recover                      opens what is there, reads the oldest record
 *                                                        recovered OPEN_MILLIS READ_MILLIS
 * </pre>
 */
final class StoreProgram {

  /** The core of whoever is measured. */
  static final int CPU = 1;

  /** So many different records: no store could keep one for all. */
  private static final int RECORDS = 256;

  /** Records in a commit while nothing is measured. */
  private static final int SETTLING = 32;

  /** At most so many in a commit, which is 1 MiB: so does the outbox. */
  private static final int GROUP = (1 << 20) / Store.RECORD;

  private final String name;
  private final Path directory;
  private final long ringBytes;
  private final byte[][] records = new byte[RECORDS][Store.RECORD];
  private int next;
  private @Nullable Store store;

  private StoreProgram(String name, Path directory, long ringBytes) {
    this.name = name;
    this.directory = directory;
    this.ringBytes = ringBytes;
    var random = new SplittableRandom(1);
    for (byte[] record : records) {
      random.nextBytes(record);
    }
  }

  /** Starts it in a directory of its own, on the core where all take turns. */
  static Program start(String name, Path scratch, Effort effort) throws IOException {
    return Program.java(name, CPU, StoreProgram.class, arguments(name, scratch, name, effort));
  }

  /** Its arguments for a directory under the scratch one. */
  static String[] arguments(String name, Path scratch, String directory, Effort effort)
      throws IOException {
    Path libraries = Files.createDirectories(scratch.resolve("libraries"));
    return new String[] {
      name,
      scratch.resolve(directory).toString(),
      Long.toString(effort.ringBytes()),
      libraries.toString()
    };
  }

  public static void main(String[] arguments) throws Exception {
    System.setProperty("org.sqlite.tmpdir", arguments[3]);
    var program =
        new StoreProgram(arguments[0], Path.of(arguments[1]), Long.parseLong(arguments[2]));
    if (arguments[0].equals("sqlite")) {
      SqliteStore.load();
    }
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(program.run(line.split(" ", -1)));
    }
    program.close();
  }

  private String run(String[] words) throws Exception {
    switch (words[0]) {
      case "open" -> {
        close();
        Scratch.clear(directory);
        store = Store.open(name, directory, Store.Use.valueOf(words[1]), ringBytes);
        return "ready 0";
      }
      case "settle" -> {
        write(SETTLING, 2 * ringBytes);
        return "settled 0";
      }
      case "rate" -> {
        return rate(Long.parseLong(words[1]), Long.parseLong(words[2]));
      }
      case "wear" -> {
        return wear(Integer.parseInt(words[1]), Long.parseLong(words[2]));
      }
      case "fill" -> {
        fill(Long.parseLong(words[1]));
        return "filled 0";
      }
      case "rehearse" -> {
        rehearse();
        return "rehearsed 0";
      }
      case "recover" -> {
        return recover();
      }
      default -> throw new IOException("unknown command " + words[0]);
    }
  }

  private Store opened() {
    Store open = store;
    if (open == null) {
      throw new IllegalStateException("BUG: no store is open");
    }
    return open;
  }

  private byte[] record() {
    return records[next++ % RECORDS];
  }

  /** Whole commits until so many bytes of payload were written; how many these were. */
  private long write(int perCommit, long bytes) throws Exception {
    Store to = opened();
    long written = 0;
    while (written < bytes) {
      for (int i = 0; i < perCommit; i++) {
        to.put(record());
      }
      to.commit();
      written += (long) perCommit * Store.RECORD;
    }
    return written;
  }

  private String rate(long windowMicros, long millis) throws Exception {
    Store to = opened();
    long window = TimeUnit.MICROSECONDS.toNanos(windowMicros);
    long cpu = MasterLoop.cpuNanos();
    long start = System.nanoTime();
    long length = TimeUnit.MILLISECONDS.toNanos(millis);
    long first = start;
    long done = 0;
    int group = 0;
    long now;
    do {
      to.put(record());
      done++;
      now = System.nanoTime();
      if (now - first >= window || ++group == GROUP) {
        group = 0;
        to.commit();
        now = System.nanoTime();
        first = now;
      }
    } while (now - start < length);
    to.commit();
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpuMicros = (MasterLoop.cpuNanos() - cpu) / 1e3;
    return String.format(Locale.ROOT, "rate %.1f %.3f", done / seconds, cpuMicros / done);
  }

  private String wear(int perCommit, long bytes) throws Exception {
    write(SETTLING, ringBytes);
    write(perCommit, ringBytes);
    long before = LoopDevice.writtenBytes(directory);
    long payload = write(perCommit, bytes);
    long written = LoopDevice.writtenBytes(directory) - before;
    return "wear " + written + " " + payload;
  }

  /** In commits of 64 KiB, as the outbox makes them under load. */
  private void fill(long bytes) throws Exception {
    long unused = write(16, bytes);
  }

  /** Loads the classes, which is a matter of the JVM and its archive, not of the store. */
  private void rehearse() throws Exception {
    Path small = directory.resolveSibling(name + "-rehearsal");
    for (int i = 0; i < 2; i++) {
      try (Store rehearsed = Store.open(name, small, Store.Use.BACKLOG, ringBytes)) {
        rehearsed.put(record());
        rehearsed.commit();
        byte[] unused = rehearsed.oldest();
      }
    }
    Scratch.clear(small);
  }

  private String recover() throws Exception {
    long start = System.nanoTime();
    Store recovered = Store.open(name, directory, Store.Use.BACKLOG, ringBytes);
    store = recovered;
    long open = System.nanoTime();
    int length = recovered.oldest().length;
    long read = System.nanoTime();
    if (length != Store.RECORD) {
      throw new IOException("the oldest record has " + length + " bytes");
    }
    return String.format(
        Locale.ROOT, "recovered %.3f %.3f", (open - start) / 1e6, (read - open) / 1e6);
  }

  private void close() throws Exception {
    Store closing = store;
    store = null;
    if (closing != null) {
      closing.close();
    }
  }
}
