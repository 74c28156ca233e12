package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which field devices one connection speaks for. By the names of the registry; of one connection
 * and one context.
 */
final class Attachments {

  /** Of one gateway. */
  private static final int MOST = 1_000;

  private static final Buffer NOTHING = Buffer.buffer("{}");

  private final Sidestream side;
  private final HeldBack heldBack;
  private final Troubles troubles;
  private final LongSupplier nanos;
  private final Events events;

  /** Oldest first. */
  private final Map<String, Attach> pending = new LinkedHashMap<>();

  private final Set<String> attached = new HashSet<>();
  private final Map<String, Future<Void>> detaching = new HashMap<>();
  private @Nullable Channel channel;

  /** One that is under way; said when it is written. */
  private static final class Attach {
    @Nullable Future<Void> said;
  }

  /** Who hears of it. */
  interface Events {

    /** The device may be spoken for from now on. */
    void attached(String id);

    /** No attach is under way any more. */
    void settled();
  }

  Attachments(
      Sidestream side, HeldBack heldBack, Troubles troubles, LongSupplier nanos, Events events) {
    this.side = side;
    this.heldBack = heldBack;
    this.troubles = troubles;
    this.nanos = nanos;
    this.events = events;
  }

  /** The connection stands, and reports of errors are heard. */
  void open(Channel with) {
    channel = with;
  }

  boolean isAttached(String id) {
    return attached.contains(id);
  }

  boolean isPending() {
    return !pending.isEmpty();
  }

  int count() {
    return attached.size();
  }

  /**
   * Attaches a device unless it is, or is held back.
   *
   * @return whether that is under way now
   */
  boolean want(String id) {
    if (isAttached(id)) {
      return false;
    }
    if (pending.containsKey(id)) {
      return true;
    }
    if (!mayAttach(id)) {
      return false;
    }
    pending.put(id, new Attach());
    side.add(() -> attach(id));
    return true;
  }

  private boolean mayAttach(String id) {
    long now = nanos.getAsLong();
    if (heldBack.isHeld(id, now)) {
      return false;
    }
    if (!Topics.isRegistrable(id)) {
      refuse(id, "no registry has such a name: 3 to 255 letters, digits or -._~%");
      return false;
    }
    if (attached.size() + pending.size() >= MOST) {
      refuse(id, MOST + " devices are attached, more than that no gateway may");
      return false;
    }
    return true;
  }

  private void attach(String id) {
    Attach under = pending.get(id);
    if (channel == null || under == null) {
      return;
    }
    Future<Void> said = channel.publish(new Publication(Topics.attach(id), NOTHING, false));
    under.said = said;
    said.onSuccess(
        ignored -> {
          if (pending.remove(id, under)) {
            attached.add(id);
            heldBack.attached();
            events.attached(id);
            settle();
          }
        });
  }

  /** The platform says that it does not attach the device. */
  void refused(String id, String why) {
    Attach under = pending.remove(id);
    if (under == null) {
      return;
    }
    if (under.said != null && channel != null) {
      channel.withdraw(under.said);
    }
    refuse(id, why);
    settle();
  }

  /**
   * The connection ended over a message that was neither acknowledged nor refused. Was it an
   * attach, the oldest is left alone: one device must not end every connection.
   */
  void unanswered() {
    for (Map.Entry<String, Attach> each : pending.entrySet()) {
      if (each.getValue().said != null) {
        refuse(each.getKey(), "the platform neither attached nor refused it");
        return;
      }
    }
  }

  /**
   * Closed over the first attach, as the platform does to who is no gateway. When that happens
   * again, none is tried for a while, so that readings come through some other way.
   */
  void closed() {
    if (attached.isEmpty()
        && pending.values().stream().anyMatch(each -> each.said != null)
        && heldBack.closedOverAttach()) {
      String why = "closed over an attach: is this device a gateway in the registry?";
      troubles.add(Troubles.Kind.NO_GATEWAY, pending.keySet().iterator().next(), why);
      pending.keySet().forEach(id -> heldBack.refused(id, why, nanos.getAsLong()));
    }
  }

  /** The platform does not know any more that the device is attached. */
  void lost(String id, String why) {
    attached.remove(id);
    heldBack.refused(id, why, nanos.getAsLong());
    troubles.add(Troubles.Kind.EVENTS_REFUSED, id, why);
  }

  private void refuse(String id, String why) {
    heldBack.refused(id, why, nanos.getAsLong());
    troubles.add(Troubles.Kind.ATTACH_REFUSED, id, why);
  }

  private void settle() {
    if (pending.isEmpty()) {
      events.settled();
    }
  }

  /** Detaches what is gone; the platform may say that it was not attached, which is no harm. */
  void detach(Predicate<String> gone) {
    List<String> leaving = new ArrayList<>(attached);
    leaving.removeIf(gone.negate());
    for (String id : leaving) {
      attached.remove(id);
      side.add(
          () -> {
            if (channel != null && !isAttached(id) && !pending.containsKey(id)) {
              Buffer none = Buffer.buffer();
              detaching.put(id, channel.publish(new Publication(Topics.detach(id), none, false)));
            }
          });
    }
  }

  /** The platform says that it had not been attached. */
  void notDetached(String id) {
    Future<Void> said = detaching.remove(id);
    if (said != null && channel != null) {
      channel.withdraw(said);
    }
  }
}
