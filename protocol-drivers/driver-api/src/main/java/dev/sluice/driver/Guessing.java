package dev.sluice.driver;

import io.vertx.core.json.JsonObject;
import java.util.List;

/** A {@link Driver} whose points can be read in more than one way at the same place. */
public interface Guessing {

  /**
   * The ways in which the place of a point could be meant: every type with every order of bytes
   * that this place allows, once each, the usual ones first.
   *
   * @param point keys of a point, as configured; what it says of its type is not looked at
   * @return keys of points, to be tried in a device each or together
   */
  List<JsonObject> guesses(JsonObject point);
}
