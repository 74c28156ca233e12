package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.uplink.connector.Conversation.Rendered;

/**
 * Makes messages of the records of an outbox, in one form. Made once per uplink, keeps its buffers,
 * and knows a record at a time: everything else is told in the heading. Not thread-safe.
 *
 * <p>All of them may throw {@link Unfit}.
 */
interface Renderer {

  /**
   * Of a record of kind data.
   *
   * @throws RecordFormatException if the payload is none
   */
  Rendered data(byte[] payload, Heading heading) throws RecordFormatException;

  /** Of a device that came up or went down. */
  Rendered state(StateEvent state, Heading heading);

  /** Of records that are gone. */
  Rendered gap(GapRecord gap, Heading heading);

  /** The one of a form. */
  static Renderer of(MqttForm form, Packing packing, RecordTimes times) {
    return switch (form.form()) {
      case JSON, CBOR -> new MapRenderer(form, packing, times);
      case SENML_JSON, SENML_CBOR -> new SenmlRenderer(form, packing, times);
      case VALUE, PLAIN -> new ValueRenderer(form, times);
    };
  }
}
