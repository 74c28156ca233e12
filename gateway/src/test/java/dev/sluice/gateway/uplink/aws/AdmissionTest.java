package dev.sluice.gateway.uplink.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.AwsAuthorizer;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A token that is over is called that, whether it is refused or its connection ended. */
class AdmissionTest {

  private record Stopped(long wallMillis) implements TimeSource {

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public boolean trusted() {
      return true;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(wallMillis);
    }
  }

  private final Complaints complaints = new Complaints("cloud");

  private static String token(String claims) {
    byte[] bytes = claims.getBytes(StandardCharsets.UTF_8);
    return "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + ".c2ln";
  }

  private void end(String token, String password, long now, LinkFailure how) {
    var by = new AwsAuthorizer("tokens", "", "t", token, "Zm9v", false);
    new Admission(by, password, complaints, new Stopped(now))
        .ended(new LinkException(how, "", null));
  }

  @ParameterizedTest
  @CsvSource({
    "REFUSED_NOT_AUTHORIZED, 1000, token_expired",
    "REFUSED_NOT_AUTHORIZED, 999, authorizer_refused",
    "CLOSED, 1000, token_expired",
    "CLOSED, 999, ",
    "NO_ANSWER, 1000, "
  })
  void theWordDependsOnTheClock(LinkFailure how, long seconds, String word) {
    end(token("{\"exp\":1000}"), null, seconds * 1_000, how);
    assertThat(complaints.counts().keySet())
        .containsExactly(word == null ? new String[0] : new String[] {word});
  }

  @Test
  void whereThereIsNoTokenThePasswordMayBeOne() {
    end("", token("{\"exp\":1000}"), 2_000_000, LinkFailure.REFUSED_NOT_AUTHORIZED);
    assertThat(complaints.count("token_expired")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "a.b", "a.!.c", "a.YWJj.c", "a.e30.c"})
  void ofAnotherTokenNobodyKnows(String token) {
    assertThat(TokenExpiry.of(token)).isZero();
    end(token, null, 2_000_000, LinkFailure.REFUSED_NOT_AUTHORIZED);
    assertThat(complaints.count("authorizer_refused")).isEqualTo(1);
  }
}
