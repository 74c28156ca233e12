package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The peers stand as the other tests assume; a failure here is one of the harness. */
class PeersTest {

  @TempDir Path directory;

  @Test
  void bothModbusServersTellWhatTheyHoldAndAnIndependentMasterReadsIt() {
    try (var libmodbus = LibmodbusServer.start(3);
        var pymodbus = PymodbusServer.start()) {
      assertThat(libmodbus.points()).hasSizeGreaterThan(300).anyMatch(p -> p.length() == 6);
      assertThat(pymodbus.points()).hasSizeGreaterThan(200);
      assertThat(read(libmodbus.port(), 2, 0, "int")).contains("[0]: \t1");
      assertThat(read(libmodbus.port(), 2, 0, "int")).contains("[0]: \t2");
      assertThat(libmodbus.counters()).containsEntry(1, 0L).containsEntry(2, 2L);
      assertThat(read(pymodbus.port(), 1, 300, "int")).contains("-2147483648");
    }
  }

  @Test
  void aClientWithoutACertificateIsRefusedByMosquitto() {
    TestPki pki = TestPki.create(directory);
    try (var mosquitto = Mosquitto.withClientCertificates(directory, pki, "server").start()) {
      String[] open = {ChildProcess.locate("openssl"), "s_client", "-brief", "-connect"};
      var command = new ArrayList<>(List.of(open));
      command.addAll(
          List.of("localhost:" + mosquitto.port(), "-CAfile", pki.certificate("ca").toString()));
      try (var client = ChildProcess.start("s_client", Map.of(), command)) {
        Eventually.holds(
            "mosquitto complains",
            Duration.ofSeconds(10),
            () -> mosquitto.process().output().contains("peer did not return a certificate"),
            client::output);
      }
    }
  }

  private static String read(int port, int unit, int address, String type) {
    return String.join(
        "\n",
        ChildProcess.run(
            "mbpoll",
            List.of(
                ChildProcess.locate("mbpoll"),
                "-m",
                "tcp",
                "-p",
                Integer.toString(port),
                "-a",
                Integer.toString(unit),
                "-t",
                "4:" + type,
                "-B",
                "-0",
                "-r",
                Integer.toString(address),
                "-c",
                "1",
                "-o",
                "10",
                "-1",
                "127.0.0.1")));
  }
}
