package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.uplink.credential.Credentials;
import io.vertx.core.Future;

/**
 * How one kind of upstream wants it. Made once per uplink; used on the context of that uplink only.
 *
 * <p>What a platform remembers of a connection (a sequence number that starts again, which devices
 * were announced, a token that expires) lives in the {@link Conversation}, of which each connection
 * attempt gets a new one.
 */
public interface Connector extends AutoCloseable {

  /**
   * The conversation of the next connection attempt.
   *
   * @param stream id of the stream from which records come
   * @param with certificates and password as they are configured, read just now
   * @return fails when there can be no attempt now: with a {@link
   *     dev.sluice.gateway.uplink.mqtt.LinkException}, or with anything whose message says why
   */
  Future<Conversation> begin(String stream, Credentials with);

  /** Releases what is not on the heap. */
  @Override
  void close();
}
