package dev.sluice.gateway.acquire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class DeviceStatesTest {

  @TempDir Path directory;

  private Vertx vertx;

  @BeforeEach
  void start(Vertx injected) {
    vertx = injected;
  }

  @Test
  void whatWasSavedIsThereAfterARestart() throws Exception {
    await(new DeviceStates(vertx, directory).save("meter", Buffer.buffer("one")));
    await(new DeviceStates(vertx, directory).save("meter", Buffer.buffer("two")));

    assertThat(await(new DeviceStates(vertx, directory).load("meter")).toString()).isEqualTo("two");
  }

  @Test
  void aDeviceWithoutStateHasAnEmptyOne() throws Exception {
    assertThat(await(new DeviceStates(vertx, directory.resolve("none")).load("meter")).length())
        .isZero();
  }

  @Test
  void aStateThatIsTooLargeIsRefusedAndTheOldOneStays() throws Exception {
    var states = new DeviceStates(vertx, directory);
    await(states.save("meter", Buffer.buffer("one")));

    assertThatThrownBy(
            () -> await(states.save("meter", Buffer.buffer(new byte[DeviceStates.MAX_BYTES + 1]))))
        .hasMessageContaining("65537 bytes, at most 65536");
    assertThat(await(states.load("meter")).toString()).isEqualTo("one");
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
