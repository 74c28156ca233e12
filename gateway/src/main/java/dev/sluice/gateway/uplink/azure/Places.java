package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Where the device of an uplink belongs. */
interface Places {

  /**
   * For the next attempt.
   *
   * @param key null for a device with a certificate
   * @return fails with a {@link LinkException} when nobody knows now
   */
  Future<Place> next(Credentials with, @Nullable DeviceKey key);

  /** The hub took the device. */
  default void connected() {}

  /** An attempt, or a connection, came to nothing. */
  default void failed(LinkFailure why) {}

  /** One that is configured. */
  static Places of(Place place) {
    return (with, key) -> Future.succeededFuture(place);
  }
}
