package dev.sluice.gateway.uplink.aws;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.AwsAuthorizer;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt showed to an authorizer. MQTT 3.1.1 has one word for every refusal, and none for
 * the end of a connection whose token is over: here it is found out which it may be.
 */
final class Admission {

  private final AwsAuthorizer by;
  private final long expiry;
  private final Complaints complaints;
  private final TimeSource time;

  /**
   * Of one attempt.
   *
   * @param by with the token, if there is one
   * @param password that went with it; null for none
   */
  Admission(AwsAuthorizer by, @Nullable String password, Complaints complaints, TimeSource time) {
    this.by = by;
    this.expiry = by.token().isEmpty() ? TokenExpiry.of(password) : TokenExpiry.of(by.token());
    this.complaints = complaints;
    this.time = time;
  }

  /** The attempt, or the connection, is over. */
  void ended(LinkException why) {
    boolean over = expiry > 0 && expiry <= Math.floorDiv(time.millis(), 1_000L);
    boolean refused = why.failure() == LinkFailure.REFUSED_NOT_AUTHORIZED;
    if (over && (refused || why.failure() == LinkFailure.CLOSED)) {
      complaints.add("token_expired", by.toString(), "its token was " + until() + "; " + clock());
    } else if (refused) {
      String token = expiry == 0 ? "" : " It says that it is " + until();
      complaints.add(
          "authorizer_refused",
          by.toString(),
          "is its token over, or not signed with the key of the authorizer?"
              + token
              + "; "
              + clock());
    }
  }

  private String until() {
    return "good until " + Instant.ofEpochSecond(expiry);
  }

  private String clock() {
    return "the clock of this machine says "
        + time.instant()
        + (time.trusted() ? "" : ", and is not trusted");
  }
}
