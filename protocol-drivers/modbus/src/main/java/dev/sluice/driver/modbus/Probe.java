package dev.sluice.driver.modbus;

import dev.sluice.driver.Found;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.identity.Identities;
import dev.sluice.driver.modbus.plan.Answer;
import dev.sluice.driver.modbus.plan.Link;
import dev.sluice.driver.modbus.plan.Unit;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks whether a unit is there, and who it is. */
final class Probe {

  private static final ReadRequest ANYTHING = new ReadRequest(Table.HOLDING, 0, 1);

  private final Link link;
  private final Unit unit;
  private final PollRequest how;
  private final Map<String, String> identity = new LinkedHashMap<>();

  Probe(Link link, int address, PollRequest how) {
    this.link = link;
    this.unit = Unit.of(address);
    this.how = how;
  }

  Future<Found> run() {
    return link.send(unit, ANYTHING, how)
        .map(this::answered)
        .recover(this::refused)
        .compose(found -> identify().map(done -> found(found)));
  }

  private Found found(Found present) {
    return new Found(present.address(), present.answered(), identity, present.rttNanos());
  }

  private Found answered(Answer answer) {
    return new Found(
        unit.address(),
        ANYTHING.describe() + ": one register",
        Map.of(),
        answer.timing().lastByteNanos() - answer.timing().requestEndNanos());
  }

  /** Whoever says no is there. */
  private Future<Found> refused(Throwable cause) {
    if (cause instanceof PollException refusal
        && (refusal.failure() == PollFailure.REJECTED || refusal.failure() == PollFailure.BUSY)) {
      String words = String.valueOf(refusal.getMessage()).replace(" to " + ANYTHING.describe(), "");
      return Future.succeededFuture(new Found(unit.address(), words, Map.of(), 0));
    }
    return Future.failedFuture(cause);
  }

  /** What it does not say is no failure. */
  private Future<Void> identify() {
    return Identities.of(link, unit, how)
        .onSuccess(identity::putAll)
        .transform(done -> Future.succeededFuture());
  }
}
