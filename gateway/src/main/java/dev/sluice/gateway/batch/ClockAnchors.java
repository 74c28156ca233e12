package dev.sluice.gateway.batch;

import dev.sluice.driver.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers, per boot, where the wall clock stood whenever it became trusted, so that readings from
 * before that moment get the time that they were really acquired at: also when they are sent only
 * in a later boot. Thread-safe.
 *
 * <p>Kept in a small text file, one anchor a line, oldest first: boot id, offset, until, checksum.
 * At most {@value #MOST}; beyond it the oldest go. A line that is damaged is left out, and what it
 * would have corrected stays as it is; no failure here stops anything.
 */
public final class ClockAnchors implements ClockOffsets {

  private static final Logger LOG = LoggerFactory.getLogger(ClockAnchors.class);

  static final int MOST = 64;

  private static final int LOOK_MILLIS = 1_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** By less than this two moments of trust differ by the steering of the clock only. */
  private static final long SAME_MILLIS = 100;

  /** No file of ours is larger. */
  private static final long MAX_BYTES = MOST * 256L;

  private final @Nullable Path file;
  private final TimeSource time;
  private volatile List<ClockAnchor> anchors = List.of();
  private volatile String boot = "";
  private volatile boolean wasTrusted;

  /**
   * Anchors in a file.
   *
   * @param file made, with its directory, when the clock is trusted for the first time; null keeps
   *     them for this process only
   */
  ClockAnchors(@Nullable Path file, TimeSource time) {
    this.file = file;
    this.time = time;
  }

  /** Anchors in the file {@code anchors} beside another file; null keeps them in memory only. */
  public static ClockAnchors beside(@Nullable Path other, TimeSource time) {
    return new ClockAnchors(other == null ? null : other.resolveSibling("anchors"), time);
  }

  /** Reads the file, and from then on notes whenever the clock becomes trusted. */
  public Future<Void> start(Vertx vertx) {
    return vertx
        .executeBlocking(
            () -> {
              begin(BootId.read());
              return look();
            })
        .onSuccess(done -> vertx.setPeriodic(LOOK_MILLIS, ignored -> lookSoon(vertx)));
  }

  private void lookSoon(Vertx vertx) {
    if (time.trusted() == wasTrusted) {
      return;
    }
    vertx
        .executeBlocking(this::look)
        .onFailure(e -> LOG.atError().setCause(e).log("BUG: clock anchors not noted"));
  }

  void begin(String bootId) {
    boot = bootId;
    anchors = read();
  }

  /** Blocks for a short write when the clock became trusted. */
  synchronized @Nullable Void look() {
    boolean trusted = time.trusted();
    boolean became = trusted && !wasTrusted;
    wasTrusted = trusted;
    if (became) {
      long monotonic = Math.floorDiv(time.nanoTime(), NANOS_PER_MILLI);
      List<ClockAnchor> next = with(time.millis() - monotonic, monotonic);
      // What was sent with an offset must find the same one again, so it is kept first.
      save(next);
      anchors = next;
    }
    return null;
  }

  private List<ClockAnchor> with(long offset, long until) {
    var next = new ArrayList<>(anchors);
    ClockAnchor last = next.isEmpty() ? null : next.get(next.size() - 1);
    if (last != null
        && last.boot().equals(boot)
        && Math.abs(last.offsetMillis() - offset) <= SAME_MILLIS) {
      next.set(next.size() - 1, new ClockAnchor(boot, last.offsetMillis(), until));
    } else {
      next.add(new ClockAnchor(boot, offset, until));
    }
    while (next.size() > MOST) {
      next.remove(0);
    }
    return List.copyOf(next);
  }

  @Override
  public OptionalLong of(String ofBoot, long monotonicMillis) {
    for (ClockAnchor anchor : anchors) {
      if (anchor.untilMillis() >= monotonicMillis && anchor.boot().equals(ofBoot)) {
        return OptionalLong.of(anchor.offsetMillis());
      }
    }
    return OptionalLong.empty();
  }

  private List<ClockAnchor> read() {
    if (file == null) {
      return List.of();
    }
    var found = new ArrayList<ClockAnchor>();
    int damaged = 0;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException(Files.size(file) + " bytes, expected at most " + MAX_BYTES);
      }
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        ClockAnchor anchor = ClockAnchor.parse(line);
        if (anchor == null) {
          damaged++;
        } else {
          found.add(anchor);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("reason", e.toString())
          .log("clock anchors not readable");
      return List.of();
    }
    if (damaged > 0) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("lines", damaged)
          .log("clock anchors damaged, some readings stay uncorrected");
    }
    return List.copyOf(found);
  }

  private void save(List<ClockAnchor> next) {
    if (file == null) {
      return;
    }
    String text = next.stream().map(a -> a.line() + "\n").collect(Collectors.joining());
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Path directory = file.toAbsolutePath().getParent();
      Files.createDirectories(directory);
      try (FileChannel out =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel name = FileChannel.open(directory, StandardOpenOption.READ)) {
        name.force(true);
      }
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("reason", e.toString())
          .addKeyValue("hint", "readings of this boot are corrected as long as this process runs")
          .log("clock anchor not kept");
    }
  }
}
