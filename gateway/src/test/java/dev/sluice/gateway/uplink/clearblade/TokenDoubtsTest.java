package dev.sluice.gateway.uplink.clearblade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.uplink.clearblade.TokenDoubts.Doubt;
import dev.sluice.gateway.uplink.clearblade.Troubles.Kind;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions.Unattached;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The platform says no more than no; a technician hears what it probably is. */
class TokenDoubtsTest {

  private final FakePlatform platform = new FakePlatform(false, Unattached.GATEWAY);
  private final ClearbladeOptions options = platform.setting.form().options();
  private final TokenDoubts doubts = new TokenDoubts(options, platform);

  private Token token(String audience, String print) {
    return new Token("secret", "ES256", audience, platform.instant(), Duration.ofHours(1), print);
  }

  private void expect(Doubt doubt, Kind kind, String... words) {
    assertThat(doubt.kind()).isEqualTo(kind);
    assertThat(doubt.words()).contains(words).doesNotContain("secret").doesNotContain("0123");
  }

  @Test
  void beforeTheFirstLoginItIsTheAudienceIfThatIsOddElseTheKey() {
    expect(
        doubts.refused(token("plant-8", "0123")),
        Kind.TOKEN_REFUSED_AUDIENCE,
        "probably the audience",
        "not the project, plant-7",
        "ES256 for plant-8 from 2023-11-14T22:13:20Z for PT1H");
    expect(
        doubts.refused(token("plant-7", "0123")),
        Kind.TOKEN_REFUSED_KEY,
        "probably the key",
        "else the clock",
        "is the public half of none.pem registered for " + options.clientId() + " as ES256?");
  }

  @Test
  void afterALoginItIsWhatChangedSince() {
    doubts.taken(token("plant-7", "0123"));
    platform.pass(Duration.ofMinutes(50));
    expect(doubts.refused(token("plant-7", "4567")), Kind.TOKEN_REFUSED_KEY, "another one");
    platform.set = Duration.ofDays(-365);
    expect(
        doubts.refused(token("plant-7", "0123")),
        Kind.TOKEN_REFUSED_CLOCK,
        "probably the clock: it was set by -PT8760H since the last login");
    platform.set = Duration.ofMinutes(4);
    expect(
        doubts.refused(token("plant-7", "0123")),
        Kind.TOKEN_REFUSED_LATER,
        "the registration or the platform's clock",
        "PT50M ago",
        "is the device blocked?");
  }

  @Test
  void aTokenThatRanOutWhileConnectedIsNamed() {
    assertThat(doubts.closed()).as("nobody was let in").isNull();
    doubts.taken(token("plant-7", "0123"));
    platform.pass(Duration.ofMinutes(59));
    assertThat(doubts.closed()).as("for any reason").isNull();
    platform.set = Duration.ofDays(365);
    expect(Objects.requireNonNull(doubts.closed()), Kind.TOKEN_EXPIRED, "set by PT8760H");
    platform.set = Duration.ZERO;
    platform.pass(Duration.ofMinutes(12));
    expect(Objects.requireNonNull(doubts.closed()), Kind.TOKEN_EXPIRED, "had run out", "slept");
  }

  @Test
  void aConversationTellsOfItOnce() {
    platform.open();
    platform.keyPrint = "another";
    platform.knock();
    platform.conversation.ended(new LinkException(LinkFailure.REFUSED_CREDENTIALS, "", null));
    assertThat(platform.memory.troubles().counts())
        .containsExactly(java.util.Map.entry("token_refused_key", 1L));
    platform.open();
    platform.conversation.ended(new LinkException(LinkFailure.CLOSED, "", null));
    assertThat(platform.memory.troubles().counts()).hasSize(1);
  }
}
