package dev.sluice.gateway.batch;

/**
 * A device came up or went down, as kept in the outbox.
 *
 * @param device its id
 * @param timeMillis milliseconds since 1970 by the wall clock as it was then
 * @param clockTrusted whether that clock could be trusted
 * @param up whether the device answers
 * @param reason why not, in a word; empty when up
 */
public record DeviceStateRecord(
    String device, long timeMillis, boolean clockTrusted, boolean up, String reason) {

  private static final int VERSION = 1;
  private static final int KEYS = 6;

  /** The payload of a record of this kind. */
  public byte[] encode() {
    var out = new CborWriter(48 + device.length() + reason.length());
    out.map(KEYS);
    out.integer(0);
    out.integer(VERSION);
    out.integer(1);
    out.text(device);
    out.integer(2);
    out.integer(timeMillis);
    out.integer(3);
    out.bool(clockTrusted);
    out.integer(4);
    out.bool(up);
    out.integer(5);
    out.text(reason);
    return out.toBytes();
  }

  /**
   * Reads such a payload; any bytes may be given.
   *
   * @throws RecordFormatException if they are not a record of a version that is known
   */
  public static DeviceStateRecord decode(byte[] payload) throws RecordFormatException {
    var in = new CborReader(payload);
    var map = new KeyedMap(in, "device state");
    map.version(VERSION);
    map.need(1);
    String device = in.text();
    map.need(2);
    long timeMillis = in.integer();
    map.need(3);
    boolean trusted = in.bool();
    map.need(4);
    boolean up = in.bool();
    map.need(5);
    String reason = in.text();
    map.end();
    if (!in.atEnd()) {
      throw new RecordFormatException("more bytes", "end of record", in.offset());
    }
    return new DeviceStateRecord(device, timeMillis, trusted, up, reason);
  }
}
