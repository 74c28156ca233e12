package dev.sluice.gateway.uplink.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.uplink.connector.AzureOptions.Provisioning;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dialogue with the provisioning service, and how seldom it is led. */
class ProvisioningTest {

  private static final String ASSIGNED =
      "200/?$rid=RID {\"operationId\":\"4.op\",\"status\":\"assigned\",\"registrationState\":"
          + "{\"assignedHub\":\"hub-1.azure-devices.net\",\"deviceId\":\"given-7\"}}";

  @TempDir Path state;

  private Vertx vertx;
  private ScriptedBroker service;
  private final Deque<String> script = new ArrayDeque<>();

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    service = ScriptedBroker.listen(vertx);
    service.onConnect =
        (connection, endpoint) -> {
          endpoint.subscribeHandler(
              asked ->
                  endpoint.subscribeAcknowledge(asked.messageId(), List.of(MqttQoS.AT_LEAST_ONCE)));
          endpoint.accept(false);
        };
    service.onPublish =
        (connection, endpoint, message) -> {
          endpoint.publishAcknowledge(message.messageId());
          answer(endpoint, message.topicName());
        };
  }

  @AfterEach
  void close() throws Exception {
    service.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /** The next of the script: status and query of the topic, a space, the body. */
  private synchronized void answer(MqttEndpoint endpoint, String asked) {
    String next = script.remove().replace("RID", asked.replaceFirst(".*rid=([^&]+).*", "$1"));
    int space = next.indexOf(' ');
    endpoint.publish(
        "$dps/registrations/res/" + next.substring(0, space),
        Buffer.buffer(next.substring(space + 1)),
        MqttQoS.AT_MOST_ONCE,
        false,
        false);
  }

  private synchronized void says(String... answers) {
    script.addAll(List.of(answers));
  }

  private AzureConnector connector(boolean group) {
    var options =
        Known.options("tcp://127.0.0.1:" + service.port(), new Provisioning("0ne00000001", group));
    var site = BareSite.of(ClockOffsets.NONE, new CurrentValues(), Commands.NONE, state);
    return new AzureConnector(options, "plant-7", "cloud", 4_096, site);
  }

  private Conversation begin(AzureConnector connector) {
    return Known.begin(vertx, connector, "S", Known.key(vertx, SasTokenTest.KEY));
  }

  private String asked() throws Exception {
    return service.received.poll(10, TimeUnit.SECONDS).topic();
  }

  @Test
  void aRegistrationIsFollowedUntilItIsDecidedAndRemembered() throws Exception {
    says(
        "429/?$rid=RID&retry-after=1 {\"errorCode\":429001}",
        "202/?$rid=RID&retry-after=1 {\"operationId\":\"4.op\",\"status\":\"assigning\"}",
        ASSIGNED);
    long before = System.nanoTime();
    Conversation talk = begin(connector(false));
    assertThat(System.nanoTime() - before).isGreaterThan(TimeUnit.SECONDS.toNanos(2));
    MqttEndpoint who = service.connects.poll(1, TimeUnit.SECONDS);
    assertThat(who.clientIdentifier()).isEqualTo("plant-7");
    assertThat(who.isCleanSession()).isTrue();
    assertThat(who.auth().getUsername())
        .isEqualTo("0ne00000001/registrations/plant-7/api-version=2019-03-31");
    assertThat(who.auth().getPassword())
        .startsWith("SharedAccessSignature sr=0ne00000001%2Fregistrations%2Fplant-7&sig=")
        .endsWith("&skn=registration");
    assertThat(asked()).isEqualTo("$dps/registrations/PUT/iotdps-register/?$rid=1");
    assertThat(asked()).isEqualTo("$dps/registrations/PUT/iotdps-register/?$rid=2");
    assertThat(asked())
        .isEqualTo("$dps/registrations/GET/iotdps-get-operationstatus/?$rid=3&operationId=4.op");
    assertThat(talk.login().clientId()).isEqualTo("given-7");
    assertThat(talk.login().username())
        .isEqualTo("hub-1.azure-devices.net/given-7/?api-version=2021-04-12");
    assertThat(talk.login().server())
        .hasToString("tcp://hub-1.azure-devices.net:" + service.port());
    assertThat(talk.subscriptions()).contains("devices/given-7/messages/devicebound/#");

    Path file = state.resolve("azure-iot-cloud.place");
    assertThat(Files.readString(file)).contains("given-7").doesNotContain(SasTokenTest.KEY);
    assertThat(begin(connector(false)).login().clientId()).as("restarted").isEqualTo("given-7");
    assertThat(service.connections).hasValue(1);
  }

  @Test
  void theServiceIsAskedAgainWhenTheHubRefusesAndNotAtOnceWhenThatDoesNotHelp() throws Exception {
    AzureConnector connector = connector(true);
    says(ASSIGNED);
    ended(begin(connector), LinkFailure.REFUSED_NOT_AUTHORIZED);
    assertThat(service.connections).hasValue(1);
    says(ASSIGNED.replace("hub-1", "hub-2"));
    Conversation second = begin(connector);
    assertThat(second.login().username()).startsWith("hub-2");
    ended(second, LinkFailure.REFUSED_NOT_AUTHORIZED);
    for (int i = 0; i < 20; i++) {
      ended(begin(connector), LinkFailure.REFUSED_NOT_AUTHORIZED);
    }
    assertThat(service.connections).as("not for each attempt").hasValue(2);
  }

  @Test
  void theServiceIsAskedAgainWhenNothingCameOfTenAttempts() throws Exception {
    AzureConnector connector = connector(false);
    says(ASSIGNED);
    for (int i = 0; i < 10; i++) {
      ended(begin(connector), LinkFailure.NO_ANSWER);
    }
    assertThat(service.connections).hasValue(1);
    says(ASSIGNED);
    begin(connector);
    assertThat(service.connections).hasValue(2);
  }

  private void ended(Conversation talk, LinkFailure why) {
    talk.ended(new LinkException(why, "", null));
  }

  @Test
  void aDeviceOfAGroupSignsWithItsDerivedKey() throws Exception {
    says(ASSIGNED);
    Conversation talk = begin(connector(true));
    String token = talk.login().password();
    long expiry = Long.parseLong(token.replaceFirst(".*se=(\\d+).*", "$1"));
    DeviceKey derived = DeviceKey.of(DeviceKey.of(SasTokenTest.KEY).sign("plant-7"));
    assertThat(token)
        .isEqualTo(SasToken.of("hub-1.azure-devices.net/devices/given-7", derived, expiry, ""));
  }

  @Test
  void whyThereIsNoPlaceIsSaid() {
    says(
        "200/?$rid=RID {\"operationId\":\"4\",\"status\":\"disabled\",\"registrationState\":"
            + "{\"status\":\"disabled\",\"errorCode\":403002,\"errorMessage\":\"not today\"}}");
    refused("NOT_PROVISIONED", "disabled", "403002", "not today");
    says("401/?$rid=RID {\"errorCode\":401002,\"message\":\"Unauthorized\"}");
    refused("NOT_PROVISIONED", "status 401", "401002", "Unauthorized");
    says("200/?$rid=RID not JSON");
    refused("NOT_PROVISIONED", "status 200");
  }

  @Test
  void aServiceThatRefusesTheKeyIsNamed() {
    service.onConnect =
        (connection, endpoint) ->
            endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED);
    refused("REFUSED_NOT_AUTHORIZED", "provisioning service 127.0.0.1");
  }

  private void refused(String failure, String... words) {
    assertThatThrownBy(() -> begin(connector(false)))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            LinkException.class,
            why -> {
              assertThat(why.failure().name()).isEqualTo(failure);
              assertThat(why.getMessage()).contains(words);
            });
  }

  @Test
  void aPlaceThatWasGivenToAnotherRegistrationIsNone() throws Exception {
    var file = new PlaceFile(state.resolve("p"), "service", "scope", "reg-1");
    assertThat(file.load()).isNull();
    file.store(new Place("hub", "device"));
    assertThat(file.load()).isEqualTo(new Place("hub", "device"));
    assertThat(new PlaceFile(state.resolve("p"), "service", "scope", "reg-2").load()).isNull();
    for (String damage : List.of("", "{", "{\"hub\":\"h\"}", "\u0000\u0000")) {
      Files.writeString(state.resolve("p"), damage);
      assertThat(file.load()).as(damage).isNull();
    }
  }
}
