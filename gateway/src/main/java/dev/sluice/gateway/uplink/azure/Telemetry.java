package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.connector.AzureOptions;
import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Conversation.Rendered;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Records as messages of a device to the cloud. The payloads are made by somebody else; here they
 * get their property bag:
 *
 * <pre>
 * $.ct=TYPE & $.ce=utf-8|gzip|zstd & encoding=WORD & lane=live|history
 *   & kind=data|state|gap & stream=ID & seq=N [& part=K & parts=N]
 * </pre>
 */
final class Telemetry {

  private static final String BEFORE = "devices/";
  private static final String BEHIND = "/messages/events/";

  /** Of a device, and of a stream, whose ids are as long as there are any. */
  private static final int IDS = 128 + 64;

  /** What is added to the topics of the payloads at most. */
  private static final int MORE =
      (BEFORE + BEHIND + "&kind=state&stream=&seq=" + Long.MAX_VALUE)
              .concat("&part=" + Integer.MAX_VALUE + "&parts=" + Integer.MAX_VALUE)
              .length()
          + IDS;

  private final String before;
  private final String stream;
  private final Conversation words;

  /**
   * Of one connection.
   *
   * @param device at the hub
   * @param stream from which records come
   * @param words makes payloads for the topic {@link #bag}
   */
  Telemetry(String device, String stream, Conversation words) {
    this.before = events(device);
    this.stream = stream;
    this.words = words;
  }

  /** Where a device says something; a property bag follows. */
  static String events(String device) {
    return BEFORE + device + BEHIND;
  }

  /** A topic without its property bag, in which no slash stands. */
  static String place(String topic) {
    return topic.substring(0, topic.lastIndexOf('/') + 1);
  }

  /** What is the same in all messages of a lane, as a template of ours. */
  static String bag(Form form, Compression compression) {
    return PropertyBag.entry("$.ct", type(form))
        + "&"
        + PropertyBag.entry("$.ce", encoding(form, compression))
        + "&encoding={encoding}&lane={lane}";
  }

  /** Rules of the hub look into a body only when it is said to be JSON in UTF-8. */
  private static String type(Form form) {
    return switch (form) {
      case CBOR -> "application/cbor";
      case SENML_JSON -> "application/senml+json";
      case SENML_CBOR -> "application/senml+cbor";
      case JSON, VALUE, PLAIN -> "application/json";
    };
  }

  private static String encoding(Form form, Compression compression) {
    if (compression != Compression.NONE) {
      return compression.name().toLowerCase(Locale.ROOT);
    }
    return form == Form.CBOR || form == Form.SENML_CBOR ? "binary" : "utf-8";
  }

  /** For what the payloads may have, so that no message is larger than a hub takes. */
  static int room(int maxMessageBytes) {
    return Math.min(maxMessageBytes, AzureOptions.MOST_BYTES) - MORE;
  }

  Rendered render(OutboxRecord record, Lane lane, long low) throws RenderException {
    return finished(words.render(record, lane, low), stream, record);
  }

  Rendered renderLetter(String of, OutboxRecord letter, long low) throws RenderException {
    return finished(words.renderLetter(of, letter, low), of, letter);
  }

  private Rendered finished(Rendered rendered, String of, OutboxRecord record) {
    List<Publication> plain = rendered.messages();
    var messages = new ArrayList<Publication>(plain.size());
    for (int i = 0; i < plain.size(); i++) {
      Publication one = plain.get(i);
      messages.add(
          new Publication(
              before + one.topic() + more(of, record, i, plain.size()), one.payload(), false));
    }
    return new Rendered(messages, rendered.timeMillis(), rendered.losses());
  }

  private static String more(String of, OutboxRecord record, int index, int count) {
    String kind =
        switch (record.kind()) {
          case DATA -> "data";
          case DEVICE_STATE -> "state";
          case GAP -> "gap";
        };
    return "&kind="
        + kind
        + "&"
        + PropertyBag.entry("stream", of)
        + "&seq="
        + record.seq()
        + (count == 1 ? "" : "&part=" + (index + 1) + "&parts=" + count);
  }
}
