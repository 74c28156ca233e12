package dev.sluice.gateway.cli;

import com.github.luben.zstd.ZstdOutputStream;
import dev.sluice.gateway.outbox.log.StoredRecord;
import io.vertx.core.json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Writes an export: beside its name first, so that under its name there is a whole one or none. */
final class ExportWriter implements Closeable {

  private static final int BUFFER = 64 << 10;

  /** Takes a line. */
  interface Lines {
    void write(String line) throws IOException;
  }

  private final Lines lines;
  private final @Nullable Path file;
  private final @Nullable Path temporary;
  private final @Nullable FileChannel channel;
  private final @Nullable OutputStream stream;
  private final ExportFormat.Digest digest = new ExportFormat.Digest();
  private long records;
  private long readings;
  private boolean whole;

  private ExportWriter(
      Lines lines,
      @Nullable Path file,
      @Nullable Path temporary,
      @Nullable FileChannel channel,
      @Nullable OutputStream stream) {
    this.lines = lines;
    this.file = file;
    this.temporary = temporary;
    this.channel = channel;
    this.stream = stream;
  }

  /** To a file that comes into being when it is whole. */
  static ExportWriter toFile(Path file) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".part");
    FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    OutputStream plain = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    boolean packed = file.getFileName().toString().endsWith(ExportFormat.SUFFIX);
    // The one flush comes at the end, and with it the end of the frame.
    OutputStream stream = packed ? new ZstdOutputStream(plain).setCloseFrameOnFlush(true) : plain;
    Lines lines = line -> stream.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    return new ExportWriter(lines, file, temporary, channel, stream);
  }

  /** To somebody who takes lines. */
  static ExportWriter to(Lines lines) {
    return new ExportWriter(lines, null, null, null, null);
  }

  private void line(JsonObject json) throws IOException {
    String line = json.encode();
    digest.add(line);
    lines.write(line);
  }

  void begin(String stream, String uplink) throws IOException {
    var head = new JsonObject().put("sluice_export", ExportFormat.VERSION).put("stream", stream);
    line(uplink.isEmpty() ? head : head.put("uplink", uplink));
  }

  void record(StoredRecord record, long wallMillis) throws IOException {
    var json =
        new JsonObject()
            .put("seq", record.seq())
            .put("kind", OutboxRecordText.kind(record.kind()))
            .put("readings", record.readings());
    if (wallMillis > 0) {
      json.put("written_t", wallMillis);
    }
    line(json.put("payload", Base64.getEncoder().encodeToString(record.payload())));
    records++;
    readings += record.readings();
  }

  long records() {
    return records;
  }

  long readings() {
    return readings;
  }

  /** The last line; from here on the file is there, also after a power cut. */
  void end() throws IOException {
    lines.write(
        new JsonObject()
            .put("end", true)
            .put("records", records)
            .put("readings", readings)
            .put("sha256", digest.text())
            .encode());
    if (stream == null || channel == null || temporary == null || file == null) {
      return;
    }
    stream.flush();
    channel.force(true);
    stream.close();
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    whole = true;
  }

  /** What is not whole goes. */
  @Override
  public void close() throws IOException {
    if (channel != null && temporary != null && !whole) {
      channel.close();
      Files.deleteIfExists(temporary);
    }
  }
}
