package dev.sluice.e2e.cloud.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Eventually;
import dev.sluice.e2e.TestPki;
import dev.sluice.e2e.cloud.Certificates;
import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.WireClient;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the provisioning service refuses, and the round of waiting that it insists on. */
class DpsRulesTest {

  private static final String SCOPE = "0ne00000001";
  private static final String USER = SCOPE + "/registrations/reg-1/api-version=2019-03-31";
  private static final String RESOURCE = SCOPE + "%2Fregistrations%2Freg-1";
  private static final String REGISTER = "$dps/registrations/PUT/iotdps-register/?$rid=";
  private static final String STATUS = "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=";
  private static final Duration RETRY_AFTER = Duration.ofSeconds(4);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir static Path directory;
  private static TestPki pki;
  private static AzureIotHub hub;
  private static AzureDps dps;

  @BeforeAll
  static void start() {
    pki = TestPki.authority(directory);
    hub = AzureIotHub.start("myhub.azure-devices.net", pki);
    dps = AzureDps.start(SCOPE, pki, hub, RETRY_AFTER);
    dps.enrollments().withKey("reg-1", Sas.KEY);
  }

  @AfterAll
  static void stop() {
    dps.close();
    hub.close();
  }

  private static WireClient open(String identity) {
    return WireClient.open(AzureDps.HOST, dps.address(), Door.MQTT_PORT, pki, identity);
  }

  private static String token(String resource, String more) {
    return Sas.token(resource, Sas.KEY, Instant.now().getEpochSecond() + 600, more);
  }

  private static WireClient connected() {
    WireClient client = open("");
    assertThat(client.connect("reg-1", USER, token(RESOURCE, "&skn=registration"))).isZero();
    client.subscribe(1, "$dps/registrations/res/#");
    return client;
  }

  @ParameterizedTest
  @CsvSource({
    "reg-1, reg-1, '', the token has skn=null",
    "reg-1, reg-1, &skn=device, the token has skn=device",
    "reg-1, reg-2, &skn=registration, the token is for 0ne00000001/registrations/reg-2",
    "reg-2, reg-2, &skn=registration, no enrolment of reg-2",
  })
  void aTokenThatDoesNotFitIsRefused(String id, String scope, String more, String reason) {
    int from = dps.emulation().endings().size();
    try (WireClient client = open("")) {
      String token = token(SCOPE + "%2Fregistrations%2F" + scope, more);
      assertThat(client.connect(id, USER.replace("reg-1", id), token)).isEqualTo(5);
    }
    dps.emulation().endings().await(from, LIMIT, ending -> ending.reason().equals(reason));
  }

  @Test
  void anotherScopeIsRefused() {
    try (WireClient client = open("")) {
      String user = USER.replace(SCOPE, "0ne00000002");
      assertThat(client.connect("reg-1", user, token(RESOURCE, "&skn=registration"))).isEqualTo(4);
    }
  }

  @Test
  void aCertificateMustNameItsRegistration() {
    pki.client("other", "other");
    dps.enrollments()
        .withThumbprint(
            "reg-3", Certificates.thumbprint(Certificates.read(pki.certificate("other"))));
    int from = dps.emulation().endings().size();
    try (WireClient client = open("other")) {
      assertThat(client.connect("reg-3", USER.replace("reg-1", "reg-3"), null)).isEqualTo(5);
    }
    dps.emulation()
        .endings()
        .await(from, LIMIT, ending -> ending.reason().equals("the certificate is for CN=other"));
  }

  /** 202 with its time, 429 before it, then the place. */
  @Test
  void aRegistrationHasToWait() {
    try (WireClient client = connected()) {
      client.publish(REGISTER + "a", "{\"registrationId\":\"reg-1\",\"payload\":{\"x\":1}}", 1);
      WireClient.Packet accepted = client.nextMessage();
      assertThat(accepted.topic()).isEqualTo("$dps/registrations/res/202/?$rid=a&retry-after=4");
      JsonObject body = new JsonObject(accepted.text());
      assertThat(body.getString("status")).isEqualTo("assigning");
      String operation = "&operationId=" + body.getString("operationId");

      client.publish(STATUS + "b" + operation, "", 1);
      assertThat(client.nextMessage().topic()).contains("/429/?$rid=b&retry-after=4");
      assertThat(dps.early()).isEqualTo(1);

      Eventually.pass(RETRY_AFTER);
      client.publish(STATUS + "c" + operation, "", 1);
      WireClient.Packet done = client.nextMessage();
      assertThat(done.topic()).isEqualTo("$dps/registrations/res/200/?$rid=c");
      JsonObject state = new JsonObject(done.text()).getJsonObject("registrationState");
      assertThat(state.getString("assignedHub")).isEqualTo(hub.host());
      assertThat(state.getString("deviceId")).isEqualTo("reg-1");
      assertThat(state.getJsonObject("payload").getInteger("x")).isEqualTo(1);
      assertThat(hub.devices().key("reg-1")).contains(Sas.KEY);
    }
  }

  @Test
  void aBodyForAnotherRegistrationIsAnsweredWith400() {
    try (WireClient client = connected()) {
      client.publish(REGISTER + "a", "{\"registrationId\":\"reg-9\"}", 1);
      assertThat(client.nextMessage().topic()).isEqualTo("$dps/registrations/res/400/?$rid=a");
    }
  }

  @Test
  void anotherTopicCostsTheConnection() {
    int from = dps.emulation().endings().size();
    try (WireClient client = connected()) {
      client.publish("devices/reg-1/messages/events/", "{}", 1);
      assertThat(client.isClosed()).isTrue();
    }
    dps.emulation().endings().await(from, LIMIT, ending -> ending.reason().startsWith("published"));
  }
}
