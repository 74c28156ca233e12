package dev.sluice.gateway.batch;

import dev.sluice.gateway.outbox.RecordKind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sink that keeps records, or holds back its answers until told. Thread-safe. */
final class Shelf implements Sink {

  private final List<RecordKind> kinds = new ArrayList<>();
  private final List<byte[]> payloads = new ArrayList<>();
  private final List<Runnable> held = new ArrayList<>();
  private boolean stuck;
  private @Nullable RuntimeException failure;
  private long readings;

  @Override
  public synchronized Future<Long> append(RecordKind kind, byte[] payload, int count) {
    if (failure != null) {
      return Future.failedFuture(failure);
    }
    kinds.add(kind);
    payloads.add(payload);
    readings += count;
    long seq = kinds.size();
    if (!stuck) {
      return Future.succeededFuture(seq);
    }
    Context context = Vertx.currentContext();
    Promise<Long> promise = Promise.promise();
    held.add(
        () -> {
          if (context == null) {
            promise.complete(seq);
          } else {
            context.runOnContext(ignored -> promise.complete(seq));
          }
        });
    return promise.future();
  }

  /** Takes records, but answers only after {@link #release}. */
  synchronized Shelf stick() {
    stuck = true;
    return this;
  }

  synchronized Shelf fail(@Nullable RuntimeException cause) {
    failure = cause;
    return this;
  }

  void release() {
    List<Runnable> answers;
    synchronized (this) {
      stuck = false;
      answers = List.copyOf(held);
      held.clear();
    }
    answers.forEach(Runnable::run);
  }

  synchronized int heldBack() {
    return held.size();
  }

  synchronized long readings() {
    return readings;
  }

  synchronized List<byte[]> payloads() {
    return List.copyOf(payloads);
  }

  synchronized List<RecordKind> kinds() {
    return List.copyOf(kinds);
  }

  /** The readings of each record; a device state in words. */
  synchronized List<List<String>> content() {
    var content = new ArrayList<List<String>>();
    for (int i = 0; i < kinds.size(); i++) {
      if (kinds.get(i) == RecordKind.DATA) {
        content.add(Readings.of(payloads.get(i)));
      } else {
        content.add(List.of(state(payloads.get(i))));
      }
    }
    return content;
  }

  private static String state(byte[] payload) {
    try {
      DeviceStateRecord state = DeviceStateRecord.decode(payload);
      return state.device() + "@" + state.timeMillis() + (state.up() ? " up" : " down");
    } catch (RecordFormatException e) {
      throw new AssertionError(e);
    }
  }
}
