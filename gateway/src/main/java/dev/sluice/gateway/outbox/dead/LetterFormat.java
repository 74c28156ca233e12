package dev.sluice.gateway.outbox.dead;

import dev.sluice.gateway.outbox.log.BlobSeal;
import dev.sluice.gateway.outbox.log.KeyMissingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** A letter as bytes; the format is told in the documentation of this package. Thread-safe. */
final class LetterFormat {

  private static final byte[] MAGIC = "SLUICEDL".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;

  /** How the content is stored; a code is never used again for something else. */
  private static final int PLAIN = 0;

  private static final int SEALED = 1;

  private static final int HEADER = 8 + 4 + 4 + 4 + 4;
  private static final int CRC_AT = HEADER - 4;

  /** A record is no larger; what claims to be is no letter. */
  static final int MAX_BYTES = 260 << 20;

  private final BlobSeal seal;

  LetterFormat(BlobSeal seal) {
    this.seal = seal;
  }

  byte[] encode(DeadLetter letter) {
    byte[] content = content(letter);
    boolean sealed = seal.seals();
    int length = content.length + (sealed ? BlobSeal.EXTRA : 0);
    ByteBuffer file =
        ByteBuffer.allocate(HEADER + length)
            .put(MAGIC)
            .putInt(VERSION)
            .putInt(sealed ? SEALED : PLAIN)
            .putInt(length)
            .putInt(0);
    file.put(sealed ? seal.seal(content, header(file.array())) : content);
    file.putInt(CRC_AT, crc(file.array()));
    return file.array();
  }

  /**
   * Reads a letter; any bytes may be given.
   *
   * @throws KeyMissingException if nothing is wrong with them, but their key is not here
   * @throws IOException saying what is wrong with them
   */
  DeadLetter decode(byte[] file) throws IOException {
    if (file.length < HEADER) {
      throw new IOException(file.length + " bytes, expected a header of " + HEADER);
    }
    ByteBuffer in = ByteBuffer.wrap(file);
    byte[] magic = new byte[MAGIC.length];
    in.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new IOException("no letter: it begins otherwise");
    }
    int version = in.getInt();
    int sealed = in.getInt();
    int length = in.getInt();
    int crc = in.getInt();
    if (length != file.length - HEADER) {
      throw new IOException(
          "content of " + length + " bytes in a file of " + file.length + " bytes");
    }
    if (crc != crc(file)) {
      throw new IOException("wrong checksum");
    }
    if (version != VERSION) {
      throw new IOException("version " + version + ", expected " + VERSION);
    }
    byte[] content = Arrays.copyOfRange(file, HEADER, file.length);
    return switch (sealed) {
      case PLAIN -> letter(content);
      case SEALED -> letter(seal.open(content, header(file)));
      default -> throw new IOException("seal " + sealed + ", expected " + PLAIN + " or " + SEALED);
    };
  }

  /** What a sealed letter is bound to. */
  private static byte[] header(byte[] file) {
    return Arrays.copyOf(file, CRC_AT);
  }

  private static int crc(byte[] file) {
    var crc = new CRC32C();
    crc.update(file, 0, CRC_AT);
    crc.update(file, HEADER, file.length - HEADER);
    return (int) crc.getValue();
  }

  private static byte[] content(DeadLetter letter) {
    var bytes = new ByteArrayOutputStream(letter.payload().length + 256);
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF(letter.uplink());
      out.writeUTF(letter.stream());
      out.writeLong(letter.seq());
      out.writeByte(letter.kind());
      out.writeInt(letter.readings());
      out.writeLong(letter.keptMillis());
      out.writeUTF(letter.reason());
      out.writeInt(letter.payload().length);
      out.write(letter.payload());
    } catch (IOException e) {
      throw new UncheckedIOException("BUG: writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static DeadLetter letter(byte[] content) throws IOException {
    try (var in = new DataInputStream(new ByteArrayInputStream(content))) {
      String uplink = in.readUTF();
      String stream = in.readUTF();
      long seq = in.readLong();
      int kind = in.readUnsignedByte();
      int readings = in.readInt();
      long kept = in.readLong();
      String reason = in.readUTF();
      int length = in.readInt();
      byte[] payload = in.readAllBytes();
      if (payload.length != length) {
        throw new IOException("payload of " + payload.length + " bytes, expected " + length);
      }
      return new DeadLetter(uplink, stream, seq, kind, readings, kept, reason, payload);
    }
  }
}
