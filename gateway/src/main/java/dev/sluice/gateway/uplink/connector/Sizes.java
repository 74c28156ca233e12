package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.uplink.mqtt.Publication;

/**
 * How large the parts of a record may be. With compression nobody knows before how well a part
 * packs: large ones are tried first, then smaller ones.
 *
 * @param maxMessageBytes topic, payload as it is sent and packet frame together
 * @param compresses whether payloads shrink
 */
record Sizes(int maxMessageBytes, boolean compresses) {

  /** With compression a part may be this many times the limit before it is tried. */
  private static final int HOPE = 8;

  /** Topic and payload together, as sent. */
  int most() {
    return maxMessageBytes - Publication.OVERHEAD;
  }

  /** Topic and payload before compression, in the first attempt. */
  int first() {
    return compresses ? most() * HOPE : most();
  }

  boolean holds(Topics.Topic topic, Publication message) {
    return topic.bytes() + message.payload().length() <= most();
  }

  /** It did not shrink as hoped; what cannot be compressed grows by less than a sixteenth. */
  int smaller(int room) {
    int most = most();
    if (room < most) {
      throw new IllegalStateException("BUG: parts of " + room + " bytes exceed " + most);
    }
    return room == most ? most - most / 16 : Math.max(most, room / 2);
  }

  /** Throws {@link Unfit} if a message that cannot be split is too large. */
  Publication single(Topics.Topic topic, Publication message) {
    if (!holds(topic, message)) {
      int size = Publication.OVERHEAD + topic.bytes() + message.payload().length();
      throw new Unfit(
          "needs a message of " + size + " bytes, at most " + maxMessageBytes + " are allowed");
    }
    return message;
  }
}
