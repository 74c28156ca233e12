package dev.sluice.gateway.uplink.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.connector.AzureOptions.Provisioning;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dialogue with the provisioning service, and how seldom it is led. */
class ProvisioningTest {

  private static final String ASSIGNED =
      "200/?$rid=RID {\"operationId\":\"4.op\",\"status\":\"assigned\",\"registrationState\":"
          + "{\"assignedHub\":\"hub-1.azure-devices.net\",\"deviceId\":\"given-7\"}}";

  /** The clocks of this machine, and what a test adds to them. */
  private static final class Leaps implements TimeSource {

    private final Monotonic base = new Monotonic();
    private final AtomicLong more = new AtomicLong();

    void pass(Duration time) {
      more.addAndGet(time.toNanos());
    }

    @Override
    public long nanoTime() {
      return base.nanoTime() + more.get();
    }

    @Override
    public boolean trusted() {
      return true;
    }

    @Override
    public Instant instant() {
      return base.instant().plusNanos(more.get());
    }
  }

  @TempDir Path state;

  private final Leaps time = new Leaps();
  private final Complaints complaints = new Complaints("cloud");
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

  private synchronized void unsaid() {
    script.clear();
  }

  private synchronized void says(String... answers) {
    script.addAll(List.of(answers));
  }

  private AzureConnector connector(boolean group) {
    var options =
        Known.options("tcp://127.0.0.1:" + service.port(), new Provisioning("0ne00000001", group));
    var site =
        new ConnectorSite(
            ClockOffsets.NONE,
            new CurrentValues(),
            Commands.NONE,
            Requests.NONE,
            state,
            time,
            complaints);
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
    refused("NOT_PROVISIONED", "disabled", "403002", "not today", "the enrolment is disabled");
    says("401/?$rid=RID {\"errorCode\":401002,\"message\":\"Unauthorized\"}");
    refused("NOT_PROVISIONED", "status 401", "401002", "Unauthorized", "not that of the enrolment");
    says("403/?$rid=RID {\"errorCode\":403000}");
    refused("NOT_PROVISIONED", "status 403", "403000", "the enrolment is disabled");
    says("404/?$rid=RID {\"errorCode\":404201}");
    refused("NOT_PROVISIONED", "status 404", "404201", "no such enrolment in this id scope");
    says("429/?$rid=RID&retry-after=600 {\"errorCode\":429001}");
    refused("NOT_PROVISIONED", "status 429", "429001", "more often than its quota allows");
    says("503/?$rid=RID&retry-after=600 {}");
    refused("NOT_PROVISIONED", "status 503", "trouble of its own");
    says("200/?$rid=RID {\"status\":\"failed\",\"registrationState\":{\"errorCode\":400209}}");
    refused("NOT_PROVISIONED", "status failed", "400209", "is a hub linked");
    says("200/?$rid=RID not JSON");
    refused("NOT_PROVISIONED", "status 200");
  }

  /** Clients that ask a busy service in vain are what keeps it busy. */
  @Test
  void aServiceThatSaysNoIsLeftAloneForAsLongAsItSays() throws Exception {
    AzureConnector connector = connector(false);
    says("429/?$rid=RID&retry-after=1800 {\"errorCode\":429001}");
    for (int i = 0; i < 20; i++) {
      time.pass(Duration.ofSeconds(80));
      refused(connector, "NOT_PROVISIONED", "status 429");
    }
    assertThat(service.connections).hasValue(1);
    assertThat(complaints.counts()).containsOnly(Map.entry("provisioning_refused", 1L));
    time.pass(Duration.ofSeconds(300));
    says(ASSIGNED);
    assertThat(begin(connector).login().clientId()).isEqualTo("given-7");
    assertThat(service.connections).hasValue(2);
  }

  @Test
  void aRefusalIsAskedForAgainEachTimeLaterButAtOnceWithAnotherKey() throws Exception {
    AzureConnector connector = connector(false);
    var asked = new ArrayList<Integer>();
    for (int second = 0; second < 3_600; second += 5) {
      says("404/?$rid=RID {\"errorCode\":404201}");
      int before = service.connections.get();
      refused(connector, "NOT_PROVISIONED", "status 404");
      if (service.connections.get() > before) {
        asked.add(second);
      } else {
        unsaid();
      }
      time.pass(Duration.ofSeconds(5));
    }
    assertThat(asked.size()).as("in an hour, %s", asked).isBetween(8, 16);
    assertThat(asked.get(4) - asked.get(3)).isGreaterThanOrEqualTo(30);
    says(ASSIGNED);
    String other = SasTokenTest.KEY.replace('M', 'N');
    assertThat(Known.begin(vertx, connector, "S", Known.key(vertx, other)).login().clientId())
        .isEqualTo("given-7");
  }

  @Test
  void anAssignmentThatNeverEndsIsGivenUpAndNamed() {
    says("202/?$rid=RID&retry-after=1 {\"operationId\":\"4.op\",\"status\":\"assigning\"}");
    service.onPublish =
        (connection, endpoint, message) -> {
          endpoint.publishAcknowledge(message.messageId());
          time.pass(Duration.ofSeconds(200));
          says("202/?$rid=RID&retry-after=1 {\"operationId\":\"4.op\",\"status\":\"assigning\"}");
          answer(endpoint, message.topicName());
        };
    refused("NOT_PROVISIONED", "not decided within 180 s", "assigning", "allocation policy");
  }

  /** A dialogue outlives the attempt that began it; how it ends is told to a later one. */
  @Test
  void whatWasDecidedWhenNobodyWaitedIsTold() throws Exception {
    if (!Boolean.getBoolean("sluice.long")) {
      System.out.println("what was decided when nobody waited: only with -Dsluice.long=true");
      return;
    }
    AzureConnector connector = connector(false);
    says("202/?$rid=RID&retry-after=9 {\"operationId\":\"4.op\",\"status\":\"assigning\"}");
    refused(connector, "NOT_PREPARED", "has not decided yet");
    says("200/?$rid=RID {\"operationId\":\"4\",\"status\":\"disabled\"}");
    asked();
    asked();
    service.disconnects.poll(10, TimeUnit.SECONDS);
    refused(connector, "NOT_PROVISIONED", "the enrolment is disabled");
    assertThat(service.connections).hasValue(1);
  }

  @Test
  void aServiceThatRefusesTheKeyIsNamed() {
    service.onConnect =
        (connection, endpoint) ->
            endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED);
    refused("REFUSED_NOT_AUTHORIZED", "provisioning service 127.0.0.1");
  }

  private void refused(String failure, String... words) {
    refused(connector(false), failure, words);
  }

  private void refused(AzureConnector connector, String failure, String... words) {
    assertThatThrownBy(() -> begin(connector))
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
