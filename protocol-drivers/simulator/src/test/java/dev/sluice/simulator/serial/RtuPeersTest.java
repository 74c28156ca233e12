package dev.sluice.simulator.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The slaves are slaves to clients that are not ours. */
class RtuPeersTest {

  @TempDir private Path directory;
  private Bus bus;

  @BeforeEach
  void start() throws Exception {
    bus = new Bus(directory, 19_200, 1);
  }

  @AfterEach
  void stop() throws Exception {
    bus.close();
  }

  @Test
  void mbpollReadsEverySlaveOfTheBus() throws Exception {
    Peer read = Peer.mbpoll(bus.port(), "-a", "1,2,17,247", "-t", "3", "-r", "2", "-c", "2");
    assertThat(read.output())
        .containsPattern("slave 1\\.\\.\\.\\s+\\[2]:\\s+4660\\s+\\[3]:\\s+4660\\s")
        .containsPattern("slave 2\\.\\.\\.\\s+\\[2]:\\s+22\\s+\\[3]:\\s+22\\s")
        .containsPattern("slave 17\\.\\.\\.\\s+\\[2]:\\s+177\\s+\\[3]:\\s+177\\s")
        .containsPattern("slave 247\\.\\.\\.\\s+\\[2]:\\s+2477\\s+\\[3]:\\s+2477\\s");
    assertThat(read.code()).isZero();
  }

  @Test
  void mbpollHearsExceptionsAndSilence() throws Exception {
    Peer beyond = Peer.mbpoll(bus.port(), "-t", "4", "-r", "1", "-c", "2");
    assertThat(beyond.output()).contains("Illegal data address");
    bus.fault("one", "exception 4");
    Peer refused = Peer.mbpoll(bus.port(), "-t", "4", "-r", "0", "-c", "1");
    assertThat(refused.output()).contains("Slave device or server failure");
    Peer nobody = Peer.mbpoll(bus.port(), "-a", "5", "-o", "0.3", "-t", "4", "-r", "0", "-c", "1");
    assertThat(nobody.output()).contains("timed out");
    bus.fault("two", "silence");
    Peer dead = Peer.mbpoll(bus.port(), "-a", "2", "-o", "0.3", "-t", "3", "-r", "2", "-c", "1");
    assertThat(dead.output()).contains("timed out");
  }

  @Test
  void pymodbusReadsEveryTableAndCounts() throws Exception {
    Peer client = Peer.pymodbus(bus.port());
    assertThat(client.output().lines())
        .containsExactly(
            "input [4660, 4660]",
            "input [22, 22]",
            "input [177, 177]",
            "input [2477, 2477]",
            "holding [16320, 0]",
            "coils [False, True, False, False, False, False, False, False]",
            "discrete [False, True, False, False, False, False, False, False]",
            "beyond Exception Response(131, 3, IllegalAddress)",
            "write Exception Response(134, 6, IllegalFunction)",
            "counter [0, 1]",
            "counter [0, 2]");
    assertThat(client.code()).isZero();
    assertThat(bus.answered("two")).isEqualTo(2);
  }
}
