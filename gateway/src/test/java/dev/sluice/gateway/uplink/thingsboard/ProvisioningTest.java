package dev.sluice.gateway.uplink.thingsboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.ThingsboardOptions;
import dev.sluice.gateway.uplink.credential.CredentialFiles;
import dev.sluice.gateway.uplink.credential.CredentialOptions;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import dev.sluice.gateway.uplink.mqtt.ScriptedBroker;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mqtt.MqttEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a gateway without a login gets one, and keeps it. */
class ProvisioningTest {

  private static final String GIVEN =
      "{\"status\":\"SUCCESS\",\"credentialsType\":\"ACCESS_TOKEN\",\"credentialsValue\":\"t0ken\"}";

  @TempDir Path directory;

  private Vertx vertx;
  private ScriptedBroker server;
  private volatile String answer = GIVEN;

  @BeforeEach
  void listen() throws Exception {
    vertx = Vertx.vertx();
    server = ScriptedBroker.listen(vertx);
    server.onPublish =
        (connection, endpoint, message) -> {
          endpoint.publish(
              "/provision/response", Buffer.buffer(answer), MqttQoS.AT_MOST_ONCE, false, false);
          endpoint.publishAcknowledge(message.messageId());
        };
  }

  @AfterEach
  void close() {
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private Path file() {
    return directory.resolve("thingsboard-cloud.login");
  }

  private ThingsboardConnector connector() {
    var provision =
        new ThingsboardOptions.Provision(
            "127.0.0.1", server.port(), false, null, "k3y", "s3cret", "plant-7");
    var options = new ThingsboardOptions("id", null, "default", Map.of(), false, provision);
    assertThat(options.toString()).doesNotContain("k3y").doesNotContain("s3cret");
    var site = BareSite.of(ClockOffsets.NONE, new CurrentValues(), Commands.NONE, directory);
    return new ThingsboardConnector(options, "plant-7", "cloud", 64 << 10, site);
  }

  private Login login(ThingsboardConnector connector) throws Exception {
    var done = new CompletableFuture<Conversation>();
    vertx.runOnContext(
        ignored ->
            new CredentialFiles(
                    vertx, "cloud", new CredentialOptions(null, null, null), new Monotonic())
                .next()
                .compose(with -> connector.begin("stream", with))
                .onSuccess(done::complete)
                .onFailure(done::completeExceptionally));
    return done.get(20, TimeUnit.SECONDS).login();
  }

  @Test
  void aGatewayAsksOnceAndKeepsWhatItIsGivenToItself() throws Exception {
    Login login = login(connector());
    assertThat(login).isEqualTo(Login.of("id", "t0ken", null));
    MqttEndpoint asked = server.connects.poll(10, TimeUnit.SECONDS);
    assertThat(asked.auth().getUsername()).isEqualTo("provision");
    ScriptedBroker.Received request = server.received.poll(10, TimeUnit.SECONDS);
    assertThat(request.topic()).isEqualTo("/provision/request");
    assertThat(new JsonObject(request.payload()))
        .isEqualTo(
            new JsonObject()
                .put("deviceName", "plant-7")
                .put("provisionDeviceKey", "k3y")
                .put("provisionDeviceSecret", "s3cret")
                .put("gateway", true));
    assertThat(Files.readString(file())).isEqualTo(GIVEN);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(login(connector())).as("after a restart").isEqualTo(login);
    assertThat(server.connections).hasValue(1);
  }

  @Test
  void aRefusalIsToldInTheServersWordsAndAskedAgainLater() throws Exception {
    answer = "{\"status\":\"NOT_FOUND\",\"errorMsg\":\"Provision data was not found!\"}";
    ThingsboardConnector connector = connector();
    LinkException why = refused(connector);
    assertThat(why.failure()).isEqualTo(LinkFailure.NOT_PROVISIONED);
    assertThat(why)
        .hasMessageContaining("NOT_FOUND Provision data was not found!")
        .hasMessageContaining("key or secret")
        .hasMessageNotContaining("s3cret");
    answer = "{\"status\":\"FAILURE\",\"errorMsg\":\"Device already exists\"}";
    assertThat(refused(connector))
        .hasMessageContaining("FAILURE Device already exists; a device of this name exists");
    assertThat(file()).doesNotExist();
    answer = GIVEN;
    assertThat(login(connector).username()).isEqualTo("t0ken");
  }

  @Test
  void aServerThatDoesNotAnswerIsNamedAndWhatItSaysLaterIsNotForgotten() throws Exception {
    if (!Boolean.getBoolean("sluice.long")) {
      System.out.println("provisioning without an answer: only with -Dsluice.long=true");
      return;
    }
    server.onPublish =
        (connection, endpoint, message) -> endpoint.publishAcknowledge(message.messageId());
    ThingsboardConnector connector = connector();
    LinkException why = refused(connector);
    assertThat(why.failure()).isEqualTo(LinkFailure.NOT_PREPARED);
    assertThat(why).hasMessageContaining("has not answered yet");
    server.disconnects.poll(10, TimeUnit.SECONDS);
    why = refused(connector);
    assertThat(why.failure()).isEqualTo(LinkFailure.NO_ANSWER);
    assertThat(why).hasMessageContaining("/provision/request");
    assertThat(server.connections).as("not asked again for that").hasValue(1);
  }

  @Test
  void basicCredentialsAreTakenAndOthersAreNamed() throws Exception {
    answer =
        "{\"status\":\"SUCCESS\",\"credentialsType\":\"MQTT_BASIC\",\"credentialsValue\":"
            + "{\"clientId\":\"c\",\"userName\":\"u\",\"password\":\"p\"}}";
    assertThat(login(connector())).isEqualTo(Login.of("c", "u", "p"));
    Files.delete(file());
    answer =
        "{\"status\":\"SUCCESS\",\"credentialsType\":\"X509_CERTIFICATE\",\"credentialsValue\":\"\"}";
    assertThat(refused(connector())).hasMessageContaining("X509_CERTIFICATE");
  }

  @Test
  void aFileThatOthersMayReadOrThatIsDamagedIsNotUsedNorOverwritten() throws Exception {
    Files.writeString(file(), "{\"status\":");
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
    assertThat(refused(connector())).hasMessageContaining("thingsboard-cloud.login");
    Files.writeString(file(), GIVEN);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
    LinkException why = refused(connector());
    assertThat(why.failure()).isEqualTo(LinkFailure.NOT_PREPARED);
    assertThat(why).hasMessageContaining("chmod").hasMessageNotContaining("t0ken");
    assertThat(server.connections).hasValue(0);
    assertThat(Files.readString(file())).isEqualTo(GIVEN);
  }

  private LinkException refused(ThingsboardConnector connector) {
    var holder = new CompletableFuture<LinkException>();
    assertThatThrownBy(() -> login(connector))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(LinkException.class, holder::complete);
    return holder.join();
  }
}
