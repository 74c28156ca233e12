package dev.sluice.driver.modbus.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Poll;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.modbus.Seed;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that answers late, twice, in another order, with unknown ids, in pieces, or not at all:
 * a poll brings its own value or none.
 */
class TcpLinkChaosTest extends TcpLinkFixture {

  private static final Duration TIMEOUT = Duration.ofMillis(250);
  private static final long LATE_MILLIS = 300;

  private Random random;
  private List<Poll> polls;
  private Promise<Void> done;
  private int left;
  private int outstanding;
  private int good;
  private int timeouts;
  private int requests;
  private final List<String> wrong = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 16})
  void aPollBringsItsOwnValueOrNone(int pipelining) throws Exception {
    long seed = Seed.next();
    random = new Random(seed);
    left = Seed.count(3000, 100_000);
    int all = left;
    server.answerWith(this::misbehave);
    connect(pipelining, random.nextInt(65_536));
    polls = new ArrayList<>();
    for (int address = 0; address < 1000; address++) {
      polls.add(registers(address, 1 + address % 3));
    }
    done = Promise.promise();
    line.on(
        () -> {
          for (int i = 0; i < pipelining; i++) {
            next();
          }
          return null;
        });

    done.future().toCompletionStage().toCompletableFuture().get(10, TimeUnit.MINUTES);

    assertThat(wrong).as("seed %d", seed).isEmpty();
    assertThat(good + timeouts).as("seed %d", seed).isEqualTo(all);
    assertThat(good).as("seed %d", seed).isGreaterThan(all / 2);
    assertThat(line.counted("duplicate_replies")).as("seed %d", seed).isPositive();
    // The last late replies are still to be sent; what is asked then is answered after them.
    TestLine.await(vertx.timer(2 * LATE_MILLIS));
    server.answerWith(server.requests::add);
    nextPollWorks();
    assertThat(line.counted("late_replies")).as("seed %d", seed).isPositive();
  }

  /** On the line's context: keeps one more poll in flight until all have been run. */
  private void next() {
    if (left == 0) {
      return;
    }
    left--;
    outstanding++;
    Poll poll = polls.get((left * 7) % polls.size());
    int address = polls.indexOf(poll);
    link.run(poll, new PollRequest(PollClass.POLL, TIMEOUT.toNanos()))
        .onComplete(
            (result, failure) -> {
              if (failure == null) {
                good++;
                for (int i = 0; i < result.values().size(); i++) {
                  if (result.values().bits(i) != valueAt(address + i)) {
                    wrong.add(poll.describe() + " brought " + result.values().bits(i));
                  }
                }
              } else if (((PollException) failure).failure() == PollFailure.TIMEOUT) {
                timeouts++;
              } else {
                wrong.add(failure.toString());
              }
              outstanding--;
              next();
              if (left + outstanding == 0) {
                done.tryComplete();
              }
            });
  }

  private static int valueAt(int address) {
    return (address * 31 + 7) & 0xFFFF;
  }

  private Buffer answer(ScriptedServer.Asked asked) {
    int[] values = new int[asked.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = valueAt(asked.address() + i);
    }
    return asked.registers(values);
  }

  private void misbehave(ScriptedServer.Asked asked) {
    Buffer answer = answer(asked);
    int dice = random.nextInt(300);
    // Late ones at any seed: by chance there could be none.
    if (++requests % 300 == 0) {
      vertx.timer(LATE_MILLIS).onComplete(v -> asked.send(answer));
    } else if (dice < 5) {
      asked.send(answer.copy().appendBuffer(answer));
    } else if (dice < 10) {
      asked.send(asked.registersAs((asked.id() + 20_000) & 0xFFFF, 1).appendBuffer(answer));
    } else if (dice < 20) {
      vertx.timer(1 + random.nextInt(5)).onComplete(v -> asked.send(answer));
    } else if (dice < 40) {
      // Both pieces at once: between them could come no other answer.
      int cut = random.nextInt(1, answer.length());
      asked.send(answer.getBuffer(0, cut));
      asked.send(answer.getBuffer(cut, answer.length()));
    } else {
      asked.send(answer);
    }
  }
}
