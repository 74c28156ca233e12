package dev.sluice.gateway.batch;

import dev.sluice.gateway.acquire.Acquired;
import dev.sluice.gateway.acquire.Acquisition;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.acquire.DeviceState;
import dev.sluice.gateway.acquire.ReadingBlock;
import dev.sluice.gateway.normalize.NormalizedBlock;
import dev.sluice.gateway.outbox.RecordKind;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what devices yield into records and hands these over, in the order of each device: the
 * states that came between wait for the record under way, and it ends before readings that follow a
 * state of their device. Not thread-safe; of one event loop.
 */
final class Batcher implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

  private final int maxBytes;
  private final String bootId;
  private final Sink sink;
  private final IngestCounters counters;
  private final CurrentValues current;
  private final Runnable released;
  private final BatchEncoder encoder = new BatchEncoder();
  private final ColumnPool pool = new ColumnPool();
  private final NormalizedBlock normalized = new NormalizedBlock();

  // By identity: a definition knows no other equality. What is gone from the lines goes from here.
  private final Map<DeviceDefinition, DeviceTrack> devices = new WeakHashMap<>();

  // The record under way and the states to be stored after it.
  private final List<byte[]> states = new ArrayList<>();
  private final Set<String> statesOf = new HashSet<>();
  private int stateBytes;
  private long charged;

  private long pending;
  private int appending;
  private boolean failing;
  private @Nullable Promise<Void> idle;

  /**
   * One that has nothing yet.
   *
   * @param current told of everything before it is stored
   * @param released called when {@link #pending} went down
   */
  Batcher(
      int maxBytes,
      String bootId,
      Sink sink,
      IngestCounters counters,
      CurrentValues current,
      Runnable released) {
    this.maxBytes = maxBytes;
    this.bootId = bootId;
    this.sink = sink;
    this.counters = counters;
    this.current = current;
    this.released = released;
  }

  /** Bytes taken and not yet durable, before compression. */
  long pending() {
    return pending;
  }

  void take(Acquired acquired) {
    if (acquired instanceof ReadingBlock block) {
      readings(block);
    } else if (acquired instanceof DeviceState state) {
      state(state);
    }
    if (encoder.size() + stateBytes >= maxBytes) {
      flush();
    }
  }

  /** Hands over what there is. */
  void flush() {
    long data = charged - stateBytes;
    charged = 0;
    stateBytes = 0;
    if (encoder.readings() > 0) {
      SealedRecord sealed = encoder.seal(bootId);
      counters.sealed(sealed);
      if (sealed.unpackedBytes() > BatchReader.MAX_UNPACKED) {
        lose(Loss.TOO_LARGE, sealed.readings(), sealed.unpackedBytes() + " bytes");
        release(data);
      } else {
        append(RecordKind.DATA, sealed.payload(), sealed.readings(), data);
      }
    }
    if (!states.isEmpty()) {
      List<byte[]> following = List.copyOf(states);
      states.clear();
      statesOf.clear();
      for (byte[] state : following) {
        append(RecordKind.DEVICE_STATE, state, 0, state.length);
      }
    }
  }

  /** Flushes, and completes when all that was handed over is durable or lost. */
  Future<Void> drain() {
    flush();
    if (appending == 0) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    idle = promise;
    return promise.future();
  }

  @Override
  public void close() {
    encoder.close();
  }

  private void readings(ReadingBlock block) {
    DeviceTrack device = track(block.device());
    device.normalizer().normalize(block, normalized);
    counters.normalized(block.size(), normalized);
    if (normalized.size() == 0) {
      return;
    }
    Acquisition acquired = block.acquired();
    current.values(device.id(), device.shape(), normalized, Moment.of(acquired, bootId));
    if (statesOf.contains(device.id())
        || (encoder.readings() > 0 && encoder.trusted() != acquired.clockTrusted())) {
      flush();
    }
    charge(encoder.add(device, normalized, acquired));
  }

  private DeviceTrack track(DeviceDefinition definition) {
    DeviceTrack device = devices.get(definition);
    if (device == null) {
      device = new DeviceTrack(definition, pool);
      devices.put(definition, device);
    }
    return device;
  }

  private void state(DeviceState state) {
    Moment at = Moment.of(state.acquired(), bootId);
    String id = state.device().id();
    if (state.reason().equals(DeviceState.REMOVED)) {
      current.remove(id);
    } else {
      List<Column> shape = track(state.device()).shape();
      current.state(id, shape, state.up(), state.reason(), at);
    }
    var record =
        new DeviceStateRecord(
            id,
            at.wallMillis(),
            at.clockTrusted(),
            state.up(),
            state.reason(),
            at.boot(),
            at.monotonicMillis());
    byte[] payload = record.encode();
    states.add(payload);
    statesOf.add(id);
    stateBytes += payload.length;
    charge(payload.length);
  }

  private void charge(int bytes) {
    charged += bytes;
    pending += bytes;
    counters.pending(bytes);
  }

  private void append(RecordKind kind, byte[] payload, int readings, long held) {
    appending++;
    Future<Long> future = sink.append(kind, payload, readings);
    future.onComplete(done -> appended(kind, readings, held, done));
  }

  private void appended(RecordKind kind, int readings, long held, AsyncResult<Long> done) {
    appending--;
    if (done.failed()) {
      if (kind == RecordKind.DEVICE_STATE) {
        counters.stateLost();
      }
      lose(Loss.APPEND_FAILED, readings, String.valueOf(done.cause()));
    } else {
      if (kind == RecordKind.DEVICE_STATE) {
        counters.stateDurable();
      } else {
        counters.durable();
      }
      if (failing) {
        failing = false;
        LOG.atInfo().log("records are stored again");
      }
    }
    release(held);
    if (appending == 0 && idle != null) {
      idle.tryComplete();
    }
  }

  /** Counts every loss, logs the first of a row. */
  private void lose(Loss reason, int readings, String cause) {
    counters.lost(reason, readings);
    // What was remembered as sent may be what was lost: said once more, of any device.
    devices.values().forEach(device -> device.normalizer().forget());
    if (!failing) {
      failing = true;
      LOG.atError()
          .addKeyValue("reason", reason.word())
          .addKeyValue("readings", readings)
          .addKeyValue("cause", cause)
          .log("record lost");
    }
  }

  private void release(long bytes) {
    pending -= bytes;
    counters.pending(-bytes);
    released.run();
  }
}
