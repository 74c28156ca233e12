package dev.sluice.e2e.cloud.azure;

/**
 * What a hub takes of its devices: of one message, in a second of all of them together, in a day.
 * What is above the throttle waits for its turn, and with it its acknowledgement; when too much
 * waits, and when the day's messages are used up, a hub has nothing but a close to say so over
 * MQTT. On the event loop.
 */
final class Allowance {

  private static final int BLOCK = 4 << 10;

  private int largest = 256 << 10;
  private double perSecond = 100;

  /** As much as a minute's worth is taken at once: throttles are applied in minute ranges. */
  private double burst = 60 * perSecond;

  private double backlog = 10 * perSecond;
  private double room = burst;
  private boolean begun;
  private long last;
  private long left = Long.MAX_VALUE;

  /** Takes no larger messages. */
  void largest(int bytes) {
    largest = bytes;
  }

  /** Takes so many in a second, so many more at once, and lets so many wait. */
  void throttle(double rate, int atOnce, int waiting) {
    perSecond = rate;
    burst = atOnce;
    backlog = waiting;
    room = Math.min(room, burst);
  }

  /** So many blocks of 4 KiB are left of this day. */
  void left(long blocks) {
    left = blocks;
  }

  boolean isUsedUp() {
    return left <= 0;
  }

  /** Takes a message, or tells why it costs the connection. */
  String take(long nanos, int bytes) {
    room = begun ? Math.min(burst, room + (nanos - last) / 1e9 * perSecond) : burst;
    begun = true;
    last = nanos;
    if (bytes > largest) {
      return "message of " + bytes + " bytes with its properties";
    }
    if (isUsedUp()) {
      return "403002, the messages of the day are used up";
    }
    if (room <= -backlog) {
      return "429002, more waits than the throttle lets";
    }
    left -= Math.max(1, (bytes + BLOCK - 1) / BLOCK);
    room--;
    return "";
  }

  /** How long until it is the turn of the last one. */
  long delayMillis() {
    return (long) Math.ceil(1_000 * Math.max(0, -room) / perSecond);
  }
}
