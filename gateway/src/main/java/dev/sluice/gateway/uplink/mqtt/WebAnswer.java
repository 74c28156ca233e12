package dev.sluice.gateway.uplink.mqtt;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells a web server (a portal that wants a login, a proxy) from anything else that is no broker.
 */
final class WebAnswer {

  /** What to say of it. */
  static final String WORDS =
      "an HTTP server answered: a captive portal, a proxy, or the port of a web page?";

  /** "HTTP" read as MQTT is a PUBACK, and its last two letters the packet id. */
  private static final int PACKET_ID = 'T' << 8 | 'P';

  /** As the library shows what should have been a TLS record. */
  private static final Pattern RECORD =
      Pattern.compile("not an ssl/tls record: (?:48545450|3c21646f|3c68746d)");

  private WebAnswer() {}

  /** Whether the decoder stumbled over a PUBACK with a flag that none has: over an "H". */
  static boolean isNoPuback(String message) {
    return message.contains("PUBACK");
  }

  static boolean is(int packetId) {
    return packetId == PACKET_ID;
  }

  /** Whether the first bytes, in an error message, are those of an answer or a page. */
  static boolean is(String message) {
    Matcher m = RECORD.matcher(message.toLowerCase(Locale.ROOT));
    return m.find();
  }
}
