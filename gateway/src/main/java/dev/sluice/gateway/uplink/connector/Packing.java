package dev.sluice.gateway.uplink.connector;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a payload of a message: as it is, as one gzip member, or as one zstd frame that tells its
 * content size.
 */
final class Packing implements AutoCloseable {

  /** Spends about as much time as gzip at its fastest and packs as gzip at its best. */
  private static final int LEVEL = 1;

  private final Form form;
  private final Compression compression;
  private final @Nullable ZstdCompressCtx zstd;
  private byte[] packed = {};

  Packing(Form form, Compression compression) {
    this.form = form;
    this.compression = compression;
    this.zstd = compression == Compression.ZSTD ? new ZstdCompressCtx().setLevel(LEVEL) : null;
  }

  boolean compresses() {
    return compression != Compression.NONE;
  }

  /** A word for topics: {@code json}, {@code zstd}, {@code gzip}, {@code cbor}, … */
  String encoding() {
    if (compression == Compression.NONE) {
      return form.word();
    }
    return form == Form.JSON ? word(compression) : form.word() + "-" + word(compression);
  }

  private static String word(Enum<?> of) {
    return of.name().toLowerCase(Locale.ROOT);
  }

  /** Whether a topic that does not name the encoding has it appended. */
  boolean isMarked() {
    return (form != Form.JSON && !form.isPerPoint()) || compresses();
  }

  Buffer pack(Tokens message) {
    return switch (compression) {
      case NONE ->
          Buffer.buffer(message.length()).appendBytes(message.array(), 0, message.length());
      case GZIP -> gzip(message);
      case ZSTD -> zstd(message);
    };
  }

  private static Buffer gzip(Tokens message) {
    var bytes = new ByteArrayOutputStream(message.length() / 4 + 64);
    try (var out = new GZIPOutputStream(bytes, 4096)) {
      out.write(message.array(), 0, message.length());
    } catch (IOException e) {
      throw new IllegalStateException("BUG: writing to memory failed", e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }

  private Buffer zstd(Tokens message) {
    if (zstd == null) {
      throw new IllegalStateException("BUG: zstd without its context");
    }
    int bound = Math.toIntExact(Zstd.compressBound(message.length()));
    if (packed.length < bound) {
      packed = new byte[bound];
    }
    int count =
        zstd.compressByteArray(packed, 0, packed.length, message.array(), 0, message.length());
    return Buffer.buffer(count).appendBytes(packed, 0, count);
  }

  @Override
  public void close() {
    if (zstd != null) {
      zstd.close();
    }
  }
}
