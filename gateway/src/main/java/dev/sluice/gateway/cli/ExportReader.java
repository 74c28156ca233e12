package dev.sluice.gateway.cli;

import com.github.luben.zstd.ZstdInputStream;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.outbox.log.StoredRecord;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads an export line by line and believes nothing of it. */
final class ExportReader {

  /** Takes a record; may refuse it in words. */
  interface Taker {
    void take(StoredRecord record, RecordKind kind) throws BadLine, IOException;
  }

  /** A line is not what it should be. */
  static final class BadLine extends Exception {
    private static final long serialVersionUID = 1L;

    BadLine(String message) {
      super(message);
    }
  }

  /** What a file held. */
  record Total(String stream, String uplink, long records, long readings) {}

  private static final int BUFFER = 64 << 10;
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

  private final Path file;
  private final WorkProgress progress;
  private final ExportFormat.Digest digest = new ExportFormat.Digest();
  private long number;
  private long records;
  private long readings;
  private long seq;

  ExportReader(Path file, WorkProgress progress) {
    this.file = file;
    this.progress = progress;
  }

  /**
   * Reads all of it; of one use.
   *
   * @throws CommandException naming the line and what was found in it
   */
  Total read(Taker taker) throws CommandException, IOException {
    long size = Files.size(file);
    try (var counting = new Counting(new BufferedInputStream(Files.newInputStream(file), BUFFER));
        var lines =
            new BufferedReader(
                new InputStreamReader(
                    plain(counting),
                    StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)),
                BUFFER)) {
      JsonObject head = json(line(lines));
      if (!Integer.valueOf(ExportFormat.VERSION).equals(head.getValue("sluice_export"))) {
        throw new BadLine(
            "found sluice_export "
                + head.getValue("sluice_export")
                + ", expected "
                + ExportFormat.VERSION
                + " (is this an export of an outbox, and not of a newer version?)");
      }
      JsonObject next = json(line(lines));
      while (!next.containsKey("end")) {
        record(next, taker);
        progress.at(counting.count, size);
        next = json(line(lines));
      }
      end(next, lines);
      return new Total(
          String.valueOf(head.getValue("stream")), head.getString("uplink", ""), records, readings);
    } catch (BadLine e) {
      throw CommandException.refused(file + ", line " + number + ": " + e.getMessage());
    } catch (java.nio.charset.CharacterCodingException e) {
      throw CommandException.refused(
          file + ", line " + (number + 1) + ": found bytes that are not UTF-8");
    }
  }

  private static InputStream plain(InputStream in) throws IOException {
    in.mark(ZSTD.length);
    byte[] first = in.readNBytes(ZSTD.length);
    in.reset();
    return java.util.Arrays.equals(first, ZSTD) ? new ZstdInputStream(in) : in;
  }

  /** Knows how far it is. */
  private static final class Counting extends java.io.FilterInputStream {
    private long count;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      count += one < 0 ? 0 : 1;
      return one;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      count += Math.max(0, read);
      return read;
    }
  }

  private String line(BufferedReader from) throws BadLine, IOException {
    String line;
    try {
      line = bounded(from);
    } catch (com.github.luben.zstd.ZstdIOException e) {
      number++;
      throw new BadLine("found damage in the zstd stream: " + e.getMessage());
    }
    number++;
    if (line == null) {
      throw new BadLine("found the end of the file, expected the last line, {\"end\":true,…}");
    }
    return line;
  }

  private @Nullable String bounded(BufferedReader from) throws BadLine, IOException {
    var line = new StringBuilder();
    int c = from.read();
    while (c >= 0 && c != '\n') {
      if (line.length() == ExportFormat.MAX_LINE) {
        number++;
        throw new BadLine("found a line of more than " + ExportFormat.MAX_LINE + " characters");
      }
      line.append((char) c);
      c = from.read();
    }
    return c < 0 && line.length() == 0 ? null : line.toString();
  }

  private JsonObject json(String line) throws BadLine {
    JsonObject json;
    try {
      json = new JsonObject(line);
    } catch (DecodeException | ClassCastException e) {
      throw new BadLine("found no JSON object: " + shortened(line));
    }
    if (!json.containsKey("end")) {
      digest.add(line);
    }
    return json;
  }

  private static String shortened(String text) {
    String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return "'" + RawValue.words(shown).replaceAll("^\"|\"$", "") + "'";
  }

  private void record(JsonObject json, Taker taker) throws BadLine, IOException {
    long next = whole(json, "seq");
    if (next <= seq) {
      throw new BadLine("found seq " + next + " after " + seq + ", expected a higher one");
    }
    seq = next;
    long count = whole(json, "readings");
    if (count > Integer.MAX_VALUE) {
      throw new BadLine("found " + count + " readings, expected at most " + Integer.MAX_VALUE);
    }
    RecordKind kind = kind(json);
    Object text = json.getValue("payload");
    if (!(text instanceof String encoded)) {
      throw new BadLine("found no payload, expected a text in base 64");
    }
    byte[] payload;
    try {
      payload = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw new BadLine("found a payload that is not base 64: " + e.getMessage());
    }
    taker.take(new StoredRecord(seq, kind.code(), (int) count, payload), kind);
    records++;
    readings += count;
  }

  private static RecordKind kind(JsonObject json) throws BadLine {
    Object word = json.getValue("kind");
    for (RecordKind kind : RecordKind.values()) {
      if (OutboxRecordText.kind(kind.code()).equals(word)) {
        return kind;
      }
    }
    throw new BadLine(
        "found kind "
            + word
            + ", expected data, device-state or gap"
            + (word instanceof String s && s.toLowerCase(Locale.ROOT).matches("[0-9]+")
                ? " (written by a newer version?)"
                : ""));
  }

  private static long whole(JsonObject json, String key) throws BadLine {
    Object value = json.getValue(key);
    boolean whole = value instanceof Integer || value instanceof Long;
    if (!whole || ((Number) value).longValue() < 0) {
      throw new BadLine("found " + key + " " + value + ", expected a whole number from 0");
    }
    return ((Number) value).longValue();
  }

  private void end(JsonObject json, BufferedReader lines) throws BadLine, IOException {
    if (whole(json, "records") != records) {
      throw new BadLine(
          "found "
              + records
              + " records in the file, but its last line says "
              + json.getValue("records"));
    }
    if (!digest.text().equals(json.getValue("sha256"))) {
      throw new BadLine(
          "found another SHA-256 than that of the lines before: the file was changed");
    }
    if (bounded(lines) != null) {
      number++;
      throw new BadLine("found something behind the last line");
    }
  }
}
