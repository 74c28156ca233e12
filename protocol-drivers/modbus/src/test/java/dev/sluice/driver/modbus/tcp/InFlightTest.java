package dev.sluice.driver.modbus.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.ValueType;
import dev.sluice.driver.modbus.Seed;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.plan.Limits;
import dev.sluice.driver.modbus.plan.ModbusPoint;
import dev.sluice.driver.modbus.plan.Planner;
import dev.sluice.driver.modbus.tcp.InFlight.Request;
import dev.sluice.driver.modbus.tcp.InFlight.Stray;
import dev.sluice.driver.modbus.value.Format;
import dev.sluice.driver.modbus.value.WordOrder;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InFlightTest {

  private static final TcpPoll POLL = poll();

  private static TcpPoll poll() {
    var point =
        new ModbusPoint(Table.HOLDING, 258, new Format(ValueType.UINT16, WordOrder.ABCD, -1, 1));
    return new TcpPoll(
        null, 255, Planner.plan(List.of(point), new int[] {0}, Limits.PROTOCOL).get(0));
  }

  private static Request begin(InFlight inFlight) {
    return inFlight.begin(new PollRun(POLL, Promise.promise()));
  }

  private static int id(Request request) {
    return request.out().getUnsignedShort(0);
  }

  @Test
  void anIdThatStillWaitsIsPassedOverWhenTheNumbersComeAround() {
    var inFlight = new InFlight(2, 0);
    Request slow = begin(inFlight);
    assertThat(id(slow)).isZero();
    for (int i = 1; i < 65_536; i++) {
      Request quick = begin(inFlight);
      assertThat(id(quick)).isEqualTo(i);
      inFlight.answered(quick);
    }

    assertThat(id(begin(inFlight))).isEqualTo(1);
    assertThat(inFlight.find(0)).isSameAs(slow);
  }

  @Test
  void anIdThatWasGivenUpIsPassedOverAndItsReplyIsLateOnce() {
    var inFlight = new InFlight(1, 0);
    inFlight.giveUp(begin(inFlight));
    for (int i = 1; i < 65_536; i++) {
      inFlight.answered(begin(inFlight));
    }

    Request around = begin(inFlight);
    assertThat(id(around)).isEqualTo(1);
    assertThat(inFlight.find(0)).isNull();
    assertThat(inFlight.stray(0)).isEqualTo(Stray.LATE);
    assertThat(inFlight.stray(0)).isEqualTo(Stray.DUPLICATE);
  }

  @Test
  void straysAreToldApart() {
    var inFlight = new InFlight(1, 65_530);
    assertThat(inFlight.stray(65_529)).isEqualTo(Stray.UNKNOWN);
    for (int i = 0; i < 10; i++) {
      inFlight.answered(begin(inFlight));
    }

    assertThat(inFlight.stray(65_530)).isEqualTo(Stray.DUPLICATE);
    assertThat(inFlight.stray(3)).isEqualTo(Stray.DUPLICATE);
    assertThat(inFlight.stray(4)).isEqualTo(Stray.UNKNOWN);
    assertThat(inFlight.stray(65_529)).isEqualTo(Stray.UNKNOWN);
  }

  @Test
  void randomTrafficNeverHasAnIdTwiceAndEveryFrameIsItsOwn() {
    var random = new Random(Seed.next());
    int size = random.nextInt(1, 17);
    var inFlight = new InFlight(size, random.nextInt(65_536));
    var waiting = new ArrayList<Request>();
    for (int i = 0; i < Seed.count(200_000, 5_000_000); i++) {
      if (waiting.size() == size || (!waiting.isEmpty() && random.nextBoolean())) {
        Request done = waiting.remove(random.nextInt(waiting.size()));
        if (random.nextInt(10) == 0) {
          var queued = done.out();
          inFlight.giveUp(done);
          // It may still stand in the queue of the socket, so nobody may write into it.
          assertThat(done.out()).isNotSameAs(queued);
        } else {
          inFlight.answered(done);
        }
      } else {
        waiting.add(begin(inFlight));
        Set<Integer> ids = new HashSet<>();
        for (Request request : waiting) {
          ids.add(id(request));
          assertThat(inFlight.find(id(request))).isSameAs(request);
        }
        assertThat(ids).hasSameSizeAs(waiting);
      }
    }
  }

  @Test
  void aFullTableTakesNoMore() {
    var inFlight = new InFlight(1, 0);
    begin(inFlight);

    assertThatThrownBy(() -> begin(inFlight)).hasMessageStartingWith("BUG");
  }
}
