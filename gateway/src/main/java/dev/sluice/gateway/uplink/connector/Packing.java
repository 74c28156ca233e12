package dev.sluice.gateway.uplink.connector;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Makes a payload of JSON: as it is, or as one zstd frame that tells its content size. */
final class Packing implements AutoCloseable {

  /** Spends about as much time as gzip at its fastest and packs as gzip at its best. */
  private static final int LEVEL = 1;

  private final @Nullable ZstdCompressCtx zstd;
  private byte[] packed = {};

  Packing(boolean compressed) {
    this.zstd = compressed ? new ZstdCompressCtx().setLevel(LEVEL) : null;
  }

  boolean compresses() {
    return zstd != null;
  }

  /** A word for topics. */
  String encoding() {
    return zstd == null ? "json" : "zstd";
  }

  Buffer pack(JsonBytes json) {
    if (zstd == null) {
      return Buffer.buffer(json.length()).appendBytes(json.array(), 0, json.length());
    }
    int bound = Math.toIntExact(Zstd.compressBound(json.length()));
    if (packed.length < bound) {
      packed = new byte[bound];
    }
    int count = zstd.compressByteArray(packed, 0, packed.length, json.array(), 0, json.length());
    return Buffer.buffer(count).appendBytes(packed, 0, count);
  }

  @Override
  public void close() {
    if (zstd != null) {
      zstd.close();
    }
  }
}
