package dev.sluice.gateway.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** From the bytes of a message to its tokens, by what its first bytes say. */
final class Unpacking {

  private static final JsonFactory JSON = new JsonFactory();
  private static final CBORFactory CBOR = new CBORFactory();
  private static final int MAX_BYTES = 16 << 20;

  private Unpacking() {}

  static JsonParser parser(byte[] payload) throws WireException, IOException {
    byte[] plain = plain(payload);
    if (plain.length == 0) {
      throw new WireException("found no bytes, expected a message");
    }
    int first = plain[0] & 0xff;
    if (first >= 0x80 && first <= 0x9f) {
      throw new WireException("found a CBOR list, as form senml-cbor sends, expected json or cbor");
    }
    boolean cborMap = first >= 0xa0 && first <= 0xbf;
    return cborMap ? CBOR.createParser(plain) : JSON.createParser(plain);
  }

  private static byte[] plain(byte[] payload) throws WireException {
    if (begins(payload, 0x28, 0xb5, 0x2f, 0xfd)) {
      return zstd(payload);
    }
    return begins(payload, 0x1f, 0x8b) ? gzip(payload) : payload;
  }

  private static boolean begins(byte[] payload, int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (payload.length <= i || (payload[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] zstd(byte[] payload) throws WireException {
    long size = Zstd.getFrameContentSize(payload);
    if (size < 0 || size > MAX_BYTES) {
      throw new WireException("found zstd of " + size + " bytes, expected 0 to " + MAX_BYTES);
    }
    try {
      return Zstd.decompress(payload, (int) size);
    } catch (ZstdException e) {
      throw new WireException("found damaged zstd: " + e.getMessage());
    }
  }

  private static byte[] gzip(byte[] payload) throws WireException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(payload))) {
      byte[] plain = in.readNBytes(MAX_BYTES + 1);
      if (plain.length > MAX_BYTES) {
        throw new WireException("found gzip of more than " + MAX_BYTES + " bytes");
      }
      return plain;
    } catch (IOException e) {
      throw new WireException("found damaged gzip: " + e.getMessage());
    }
  }
}
