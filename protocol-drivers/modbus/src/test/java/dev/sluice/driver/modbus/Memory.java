package dev.sluice.driver.modbus;

import dev.sluice.driver.Poll;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Quality;
import dev.sluice.driver.Values;
import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.plan.Answer;
import dev.sluice.driver.modbus.plan.Block;
import dev.sluice.driver.modbus.plan.BusCost;
import dev.sluice.driver.modbus.plan.Link;
import dev.sluice.driver.modbus.plan.Unit;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A unit that has some addresses and answers reads up to a length. */
final class Memory implements Link {
  private final Set<Integer> missing;
  private final int longest;

  /** The reads so far, in order. */
  final List<ReadRequest> asked = new ArrayList<>();

  /** As while it starts up. */
  boolean refusesAll;

  Memory(Set<Integer> missing, int longest) {
    this.missing = missing;
    this.longest = longest;
  }

  private record Read(Block block) implements Poll {
    @Override
    public int[] points() {
      return block.points();
    }

    @Override
    public long busNanos() {
      return 0;
    }

    @Override
    public String describe() {
      return block.request().describe();
    }
  }

  @Override
  public Poll prepare(Unit unit, Block block) {
    return new Read(block);
  }

  @Override
  public Future<PollResult> run(Poll poll, PollRequest how) {
    ReadRequest request = ((Read) poll).block().request();
    asked.add(request);
    boolean whole =
        IntStream.range(request.address(), request.address() + request.count())
            .noneMatch(missing::contains);
    if (refusesAll || !whole) {
      return refused(Quality.ILLEGAL_ADDRESS);
    }
    if (request.count() > longest) {
      return refused(Quality.ILLEGAL_VALUE);
    }
    return Future.succeededFuture(
        new PollResult(
            new Values.Builder(poll.points().length).build(), new PollTiming(0, 0, 0, 0, 0)));
  }

  private static Future<PollResult> refused(Quality quality) {
    return Future.failedFuture(new PollException(PollFailure.REJECTED, quality, "as told"));
  }

  @Override
  public Future<Answer> send(Unit unit, Request request, PollRequest how) {
    return Future.failedFuture("not in this test");
  }

  @Override
  public BusCost cost(Unit unit) {
    return new BusCost(1_000_000, 4_000_000, 3);
  }

  @Override
  public long turnaroundNanos(Unit unit) {
    return 10_000_000;
  }

  @Override
  public Future<Void> connect() {
    return Future.succeededFuture();
  }

  @Override
  public int concurrency() {
    return 1;
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
