package dev.sluice.driver.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.TimeSource;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checking a configuration makes lines and closes them; nothing of the host is touched by that. */
class UnconnectedLineTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"tcp\": {\"host\": \"10.0.0.5\"}}",
        "{\"tcp\": {\"host\": \"10.0.0.5\"}, \"framing\": \"rtu\"}",
        "{\"tcp\": {\"host\": \"10.0.0.5\"}, \"framing\": \"ascii\"}",
        "{\"serial\": {\"port\": \"/dev/ttyS0\"}}"
      })
  void isClosedWithoutAnyUseOfTheHost(String settings) throws SettingsException {
    LineContext context =
        stub(LineContext.class, Map.of("vertx", stub(Vertx.class), "time", stub(TimeSource.class)));
    Line line =
        new ModbusDriver().createLine(new LineSettings("x", new JsonObject(settings)), context);

    assertThat(line.close().succeeded()).isTrue();
  }

  private static <T> T stub(Class<T> type) {
    return stub(type, Map.of());
  }

  private static <T> T stub(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> {
              Object answer = answers.get(method.getName());
              if (answer == null) {
                throw new IllegalStateException(method + " was called before connect()");
              }
              return answer;
            }));
  }
}
