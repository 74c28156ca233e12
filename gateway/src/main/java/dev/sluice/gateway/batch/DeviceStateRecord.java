package dev.sluice.gateway.batch;

/**
 * A device came up or went down, as kept in the outbox.
 *
 * @param device its id
 * @param timeMillis milliseconds since 1970 by the wall clock as it was then
 * @param clockTrusted whether that clock could be trusted
 * @param up whether the device answers
 * @param reason why not, in a word; empty when up
 * @param bootId the boot of the machine in which that was; empty when the clock was trusted
 * @param monotonicMillis when it was, by the monotonic clock of that boot; 0 when trusted
 */
public record DeviceStateRecord(
    String device,
    long timeMillis,
    boolean clockTrusted,
    boolean up,
    String reason,
    String bootId,
    long monotonicMillis) {

  private static final int VERSION = 1;
  private static final int KEYS = 6;

  /** One of which nobody can tell a better time. */
  public DeviceStateRecord(
      String device, long timeMillis, boolean clockTrusted, boolean up, String reason) {
    this(device, timeMillis, clockTrusted, up, reason, "", 0);
  }

  /** The payload of a record of this kind. */
  public byte[] encode() {
    var out = new CborWriter(48 + device.length() + reason.length());
    out.map(bootId.isEmpty() ? KEYS : KEYS + 2);
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
    if (!bootId.isEmpty()) {
      out.integer(6);
      out.text(bootId);
      out.integer(7);
      out.integer(monotonicMillis);
    }
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
    String bootId = map.has(6) ? in.text() : "";
    long monotonic = map.has(7) ? in.integer() : 0;
    map.end();
    if (!in.atEnd()) {
      throw new RecordFormatException("more bytes", "end of record", in.offset());
    }
    return new DeviceStateRecord(device, timeMillis, trusted, up, reason, bootId, monotonic);
  }
}
