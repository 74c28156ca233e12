package dev.sluice.driver;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A {@link Line} on which one can look for devices that nobody has configured. */
public interface Probing {

  /**
   * Settings of this line that are worth trying when nobody knows how its medium is set: those that
   * it has, then others, the likeliest first. Only its own where there is nothing to vary. May be
   * called before {@link Line#connect()}; opens nothing.
   *
   * @return as {@link LineSettings#json()}
   */
  List<JsonObject> variants();

  /** The addresses that a device can have on this line, ascending; not to be changed. */
  int[] addresses();

  /**
   * Asks whether a device is at an address, by reading only, and who it is. Takes several
   * transactions, each with the request's timeout, at most four.
   *
   * @param address one of {@link #addresses()}
   * @return what was found, whatever it answered; fails with a {@link PollException}: {@link
   *     PollFailure#TIMEOUT} or {@link PollFailure#UNREACHABLE} where nobody is, {@link
   *     PollFailure#BAD_REPLY} where something came that is no frame, as at a wrong speed
   */
  Future<Found> probe(int address, PollRequest request);
}
