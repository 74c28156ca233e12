package dev.sluice.gateway.outbox;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Records that are gone, and why. Stored as a CBOR array of four: first, last, count, reason; of
 * five when they are gone for one uplink only, whose id is the fifth.
 *
 * <p>The range may hold seqs that were delivered: it says that nothing else in it will come. First
 * and last are both 0 when the records belonged to a former stream whose end was not found.
 *
 * @param first lowest seq that is gone
 * @param last highest seq that is gone
 * @param count how many readings, as far as known; 0 when not
 * @param reason {@code bytes}, {@code age}, {@code corrupt}, {@code refused}, {@code disk}, {@code
 *     key}; {@code start}: it was there before the uplink was; {@code memory}: it was in memory
 *     only, and the gateway ended; or {@code other-uplink}, which is never stored: in this place is
 *     another uplink's gap, and nothing is gone for this one
 * @param uplink for which they are gone; empty for all
 */
public record GapRecord(long first, long last, long count, String reason, String uplink) {

  private static final CBORFactory CBOR = new CBORFactory();
  private static final int MAX_REASON = 64;
  private static final String REFUSED = "refused";

  public GapRecord {
    if (first < 0 || last < first || count < 0) {
      throw new IllegalArgumentException(
          "gap " + first + " to " + last + " of " + count + ", expected 0 <= first <= last");
    }
    if (reason.isEmpty() || reason.length() > MAX_REASON) {
      throw new IllegalArgumentException("reason of " + reason.length() + " characters, 1 to 64");
    }
  }

  /** For all uplinks. */
  public GapRecord(long first, long last, long count, String reason) {
    this(first, last, count, reason, "");
  }

  /** Whether it is for an uplink. */
  public boolean concerns(String id) {
    return uplink.isEmpty() || uplink.equals(id);
  }

  /**
   * Whether nothing of the range is left to wait for when the gap has arrived. What was refused is
   * one uplink's affair, and its record may be there.
   */
  public boolean settles() {
    return first > 0 && !reason.equals(REFUSED);
  }

  /** As the payload of a record of kind {@link RecordKind#GAP}. */
  public byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(32);
    try (CBORGenerator cbor = CBOR.createGenerator(bytes)) {
      cbor.writeStartArray(null, uplink.isEmpty() ? 4 : 5);
      cbor.writeNumber(first);
      cbor.writeNumber(last);
      cbor.writeNumber(count);
      cbor.writeString(reason);
      if (!uplink.isEmpty()) {
        cbor.writeString(uplink);
      }
      cbor.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("BUG: writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #encode} wrote; any bytes may come in.
   *
   * @throws OutboxException when they are something else ({@link OutboxException.Reason#FORMAT})
   */
  public static GapRecord decode(byte[] payload) throws OutboxException {
    try (JsonParser cbor = CBOR.createParser(payload)) {
      expect(cbor, JsonToken.START_ARRAY);
      expect(cbor, JsonToken.VALUE_NUMBER_INT);
      long first = cbor.getLongValue();
      expect(cbor, JsonToken.VALUE_NUMBER_INT);
      long last = cbor.getLongValue();
      expect(cbor, JsonToken.VALUE_NUMBER_INT);
      long count = cbor.getLongValue();
      expect(cbor, JsonToken.VALUE_STRING);
      String reason = cbor.getText();
      String uplink = "";
      JsonToken next = cbor.nextToken();
      if (next == JsonToken.VALUE_STRING) {
        uplink = cbor.getText();
        next = cbor.nextToken();
      }
      if (next != JsonToken.END_ARRAY) {
        throw unexpected(cbor, next, JsonToken.END_ARRAY);
      }
      return new GapRecord(first, last, count, reason, uplink);
    } catch (IOException | IllegalArgumentException e) {
      throw new OutboxException(
          OutboxException.Reason.FORMAT, "not a gap record: " + e.getMessage(), e);
    }
  }

  private static void expect(JsonParser cbor, JsonToken expected) throws IOException {
    JsonToken found = cbor.nextToken();
    if (found != expected) {
      throw unexpected(cbor, found, expected);
    }
  }

  private static IOException unexpected(JsonParser cbor, JsonToken found, JsonToken expected) {
    return new IOException(
        "found "
            + found
            + ", expected "
            + expected
            + " at byte "
            + cbor.currentLocation().getByteOffset());
  }
}
