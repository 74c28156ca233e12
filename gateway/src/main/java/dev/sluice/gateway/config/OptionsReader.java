package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.acquire.AcquireOptions;
import dev.sluice.gateway.acquire.ClockOptions;
import dev.sluice.gateway.acquire.ClockTrust;
import dev.sluice.gateway.batch.BatchOptions;
import dev.sluice.gateway.command.CommandOptions;
import dev.sluice.gateway.observe.http.HttpOptions;
import dev.sluice.gateway.outbox.FlashOptions;
import dev.sluice.gateway.outbox.MemoryOptions;
import dev.sluice.gateway.outbox.OutboxOptions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the sections that stages have one of; what is wrong with one is in the problems then. */
final class OptionsReader {

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|::1|\\[::1\\]");
  private static final int PAGE = 4096;

  private final JsonNode root;
  private final SchemaCheck schema;
  private final Problems problems;
  private final Path base;
  private final Function<String, @Nullable String> environment;

  OptionsReader(
      JsonNode root,
      SchemaCheck schema,
      Problems problems,
      Path base,
      Function<String, @Nullable String> environment) {
    this.root = root;
    this.schema = schema;
    this.problems = problems;
    this.base = base;
    this.environment = environment;
  }

  OutboxOptions outbox() {
    Section keys = section("outbox");
    String directory = keys.optionalText("directory");
    long maxBytes = keys.bytes("maxBytes");
    long segment = keys.bytes("segmentBytes");
    if (segment % PAGE != 0) {
      wrong("outbox", "segmentBytes", keys.text("segmentBytes"), "a multiple of 4KiB");
      segment = PAGE * 16L;
    }
    if (maxBytes < 4 * segment) {
      wrong("outbox", "maxBytes", keys.text("maxBytes"), "at least four times segmentBytes");
      maxBytes = 4 * segment;
    }
    return new OutboxOptions(
            directory == null
                ? directory().resolve("outbox")
                : path(directory, Pointer.of("outbox", "directory")),
            maxBytes,
            keys.duration("maxAge"),
            keys.duration("commitWindow"),
            (int) segment,
            keys.duration("cursorSync"))
        .with(new KeyReader(problems).keys(keys.get("encryption")));
  }

  /** What the outbox does without a disk. */
  MemoryOptions memory(BatchOptions batch) {
    Section keys = section("outbox");
    long bytes = keys.bytes("memoryBytes");
    long least = MemoryOptions.least(batch.maxBytes());
    if (bytes < least) {
      wrong(
          "outbox",
          "memoryBytes",
          keys.text("memoryBytes"),
          "four batches with some room, " + least + "B with this batch.maxBytes");
      bytes = least;
    }
    return MemoryOptions.of(bytes, batch.maxBytes(), keys.duration("memoryAfter"));
  }

  FlashOptions flash() {
    Section keys = section("outbox");
    String endurance = keys.optionalText("flashEndurance");
    return new FlashOptions(
        endurance == null ? 0 : Units.endurance(endurance), keys.duration("slowSync"));
  }

  long deadLetterBytes() {
    return section("outbox").bytes("deadLetterBytes");
  }

  BatchOptions batch() {
    Section keys = section("batch");
    int maxBytes = (int) keys.bytes("maxBytes");
    int ingest = keys.integer("ingest");
    long maxPending = keys.bytes("maxPending");
    long least = (long) maxBytes * ingest;
    if (maxPending < least) {
      wrong("batch", "maxPending", keys.text("maxPending"), "at least maxBytes for each of ingest");
      maxPending = least;
    }
    return new BatchOptions(
        keys.duration("linger"), maxBytes, maxPending, keys.duration("permitTimeout"), ingest);
  }

  AcquireOptions acquire(BatchOptions batch) {
    Section keys = section("acquire");
    if (keys.duration("permitTimeout").compareTo(batch.permitTimeout()) <= 0) {
      wrong(
          "acquire",
          "permitTimeout",
          keys.text("permitTimeout"),
          "more than batch.permitTimeout, " + Units.written(batch.permitTimeout()));
    }
    return new AcquireOptions(
        keys.integer("connectsPerSecond"),
        keys.duration("reconnectFirst"),
        atLeast("acquire", keys, "reconnectMax", "reconnectFirst"),
        keys.duration("probeFirst"),
        atLeast("acquire", keys, "probeMax", "probeFirst"),
        keys.integer("permits"),
        keys.duration("permitTimeout"),
        keys.integer("writes"),
        directory().resolve("devices"));
  }

  CommandOptions commands() {
    Section keys = section("commands");
    return new CommandOptions(
        keys.integer("remember"),
        keys.duration("rememberFor"),
        keys.integer("rate"),
        keys.integer("pending"),
        keys.duration("within"),
        directory().resolve("commands"));
  }

  HttpOptions http() {
    Section keys = section("http");
    String host = keys.text("host");
    if (!LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
      Pointer at = Pointer.of("http", "host");
      problems.add(
          at,
          Texts.found(problems.written(at)),
          "a loopback address: 127.0.0.1, ::1 or localhost",
          "nobody has to log in yet; let a proxy with a login, or a tunnel, listen outside");
    }
    return new HttpOptions(
        host.replaceAll("[\\[\\]]", ""), keys.integer("port"), keys.flag("enabled"));
  }

  ClockOptions clock() {
    String trust = section("clock").text("trust");
    return new ClockOptions(
        ClockTrust.valueOf(trust.toUpperCase(Locale.ROOT)), directory().resolve("clock"));
  }

  private Path directory() {
    String own = section("gateway").optionalText("directory");
    String state = environment.apply("STATE_DIRECTORY");
    return own != null
        ? path(own, Pointer.of("gateway", "directory"))
        // systemd separates several by colons; the first is the main one.
        : state != null && !state.isEmpty()
            ? Path.of(state.split(":", 2)[0])
            : base.resolve("sluice-data");
  }

  private Path path(String text, Pointer at) {
    try {
      return base.resolve(text).normalize();
    } catch (InvalidPathException e) {
      problems.add(at, Texts.found(problems.written(at)), "a path", e.getReason());
      return base;
    }
  }

  private Duration atLeast(String name, Section keys, String key, String other) {
    if (keys.duration(key).compareTo(keys.duration(other)) < 0) {
      wrong(name, key, keys.text(key), "at least " + other + ", " + keys.text(other));
    }
    return keys.duration(key);
  }

  /** With anything wrong in it the section's defaults are read, so that the rest can be checked. */
  private Section section(String name) {
    boolean usable = problems.clean(Pointer.of(name));
    JsonNode value = usable ? root.path(name) : root.path("");
    return new Section(value, schema.section(name));
  }

  private void wrong(String section, String key, String found, String expected) {
    problems.add(Pointer.of(section, key), Texts.quoted(found), expected, "");
  }
}
