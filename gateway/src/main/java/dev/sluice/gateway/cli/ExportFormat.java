package dev.sluice.gateway.cli;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An exported outbox: lines of JSON, UTF-8, each ended by a newline; in one zstd stream when the
 * name of the file ends with {@code .zst}.
 *
 * <pre>
 * {"sluice_export":1,"stream":"01JD…","uplink":"cloud"}                          first
 * {"seq":7,"kind":"data","readings":3,"written_t":1700000000123,"payload":"…"}   a record each
 * {"end":true,"records":1,"readings":3,"sha256":"…"}                             last
 * </pre>
 *
 * Seqs ascend; the payload is what the outbox stores, in base 64. The digest is that of all bytes
 * before the last line, so that a file that was cut or changed is known.
 */
final class ExportFormat {

  static final int VERSION = 1;
  static final String SUFFIX = ".zst";

  /** A record of 8 MiB in base 64: the largest that segments of the usual size can hold. */
  static final int MAX_LINE = 12 << 20;

  /** The digest of the lines so far. */
  static final class Digest {

    private final MessageDigest digest;

    Digest() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("BUG: every Java has SHA-256", e);
      }
    }

    /** Adds a line, without its newline. */
    void add(String line) {
      digest.update(line.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
    }

    String text() {
      return HexFormat.of().formatHex(digest.digest());
    }
  }

  private ExportFormat() {}
}
