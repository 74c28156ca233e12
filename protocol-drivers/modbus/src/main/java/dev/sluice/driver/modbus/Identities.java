package dev.sluice.driver.modbus;

import dev.sluice.driver.PollRequest;
import dev.sluice.driver.modbus.plan.Link;
import dev.sluice.driver.modbus.plan.Unit;
import io.vertx.core.Future;
import java.util.Map;

/** Asks a unit who it is. */
final class Identities {

  private Identities() {}

  static Future<Map<String, String>> of(Link link, Unit unit, PollRequest how) {
    return Future.succeededFuture(Map.of());
  }
}
