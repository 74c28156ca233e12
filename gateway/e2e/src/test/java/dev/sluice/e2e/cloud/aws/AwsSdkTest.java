package dev.sluice.e2e.cloud.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.ChildProcess;
import dev.sluice.e2e.TestPki;
import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.HostsFile;
import dev.sluice.e2e.cloud.VendorJvm;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Amazon's own device client works with our AWS IoT Core: plain messages and the classic shadow as
 * it has them, named shadows, jobs and provisioning through its plain messages.
 */
class AwsSdkTest {

  private static final String ENDPOINT = "x-ats.iot.eu-west-1.amazonaws.com";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir static Path directory;
  private static TestPki pki;
  private static AwsIotCore aws;
  private static VendorJvm sdk;

  @BeforeAll
  static void start() {
    pki = TestPki.authority(directory);
    aws = AwsIotCore.start(ENDPOINT, pki);
    pki.client("device", "device");
    aws.register("device", "", Policy.all());
    var hosts = HostsFile.write(directory.resolve("hosts"), Map.of(ENDPOINT, aws.address()));
    sdk = VendorJvm.start(AwsSdkPeer.class, hosts, pki);
  }

  @AfterAll
  static void stop() {
    sdk.close();
    aws.close();
  }

  private static void connect(String clientId) {
    assertThat(sdk.ask("connect", ENDPOINT, clientId, path("device"), key("device")))
        .isEqualTo("CONNECTED");
  }

  private static String path(String certificate) {
    return pki.certificate(certificate).toString();
  }

  private static String key(String certificate) {
    return pki.key(certificate).toString();
  }

  private static JsonObject received(String topic) {
    String text = sdk.ask("received", topic);
    assertThat(text).as(topic).startsWith("{");
    return new JsonObject(text);
  }

  @Test
  void messagesPassBothWays() {
    connect("plain");
    sdk.ask("subscribe", "site/+/down");
    sdk.ask("publish", "site/1/up", "{\"a\":1}");
    aws.publish("site/1/down", "go".getBytes(StandardCharsets.UTF_8));
    assertThat(sdk.ask("received", "site/1/down")).isEqualTo("go");
    sdk.ask("disconnect");

    aws.emulation().received().await(LIMIT, message -> message.topic().equals("site/1/up"));
    ConnectFields fields =
        aws.emulation().connects().await(LIMIT, connect -> connect.clientId().equals("plain"));
    assertThat(fields.serverName()).isEqualTo(ENDPOINT);
    System.out.println("user name of the vendor's client: " + fields.username());
  }

  @Test
  void aDeviceReportsAndFollowsItsShadow() {
    connect("shadow");
    sdk.ask("attach", "pump", "200");
    aws.emulation()
        .received()
        .await(LIMIT, message -> message.topic().equals("$aws/things/pump/shadow/update"));
    aws.desire("pump", "", new JsonObject().put("period", 5));
    assertThat(sdk.ask("period")).isEqualTo("5");
    int from = aws.emulation().received().size();
    aws.emulation()
        .received()
        .await(from, LIMIT, message -> message.text().contains("\"period\":5"));
    JsonObject state = new JsonObject(sdk.ask("get")).getJsonObject("state");
    assertThat(state.getJsonObject("reported").getInteger("period")).isEqualTo(5);
    assertThat(state.containsKey("delta")).isFalse();
    sdk.ask("disconnect");
  }

  @Test
  void aShadowRefusesAnotherVersionAndIsGoneWhenDeleted() {
    connect("versions");
    sdk.ask("attach", "valve", "0");
    assertThat(sdk.ask("get")).startsWith("NOT_FOUND");
    assertThat(sdk.ask("update", "{\"state\":{\"reported\":{\"open\":true}}}"))
        .isEqualTo("updated");
    assertThat(sdk.ask("update", "{\"state\":{\"reported\":{\"open\":false}},\"version\":7}"))
        .startsWith("CONFLICT");
    assertThat(aws.shadow("valve", "").orElseThrow().getJsonObject("state"))
        .isEqualTo(new JsonObject("{\"reported\":{\"open\":true}}"));
    assertThat(sdk.ask("delete")).isEqualTo("deleted");
    assertThat(sdk.ask("get")).startsWith("NOT_FOUND");
    sdk.ask("disconnect");
  }

  @Test
  void aNamedShadowTellsItsDelta() {
    connect("named");
    String shadow = "$aws/things/pump/shadow/name/config/";
    sdk.ask("subscribe", shadow + "update/accepted", shadow + "update/delta");
    sdk.ask("publish", shadow + "update", "{\"state\":{\"reported\":{\"a\":{\"b\":1,\"c\":2}}}}");
    assertThat(received(shadow + "update/accepted").getInteger("version")).isEqualTo(1);
    aws.desire("pump", "config", new JsonObject("{\"a\":{\"b\":3,\"c\":2}}"));
    JsonObject delta = received(shadow + "update/delta");
    assertThat(delta.getJsonObject("state")).isEqualTo(new JsonObject("{\"a\":{\"b\":3}}"));
    assertThat(delta.getInteger("version")).isEqualTo(2);
    sdk.ask("disconnect");
  }

  @Test
  void aJobIsTakenAndDone() {
    connect("jobs");
    String jobs = "$aws/things/worker/jobs/";
    sdk.ask(
        "subscribe", jobs + "notify-next", jobs + "start-next/accepted", jobs + "job-1/update/+");
    aws.queueJob("worker", "job-1", new JsonObject().put("operation", "restart"));
    JsonObject notice = received(jobs + "notify-next").getJsonObject("execution");
    assertThat(notice.getString("jobId")).isEqualTo("job-1");
    sdk.ask("publish", jobs + "start-next", "{\"clientToken\":\"t\"}");
    JsonObject started = received(jobs + "start-next/accepted");
    assertThat(started.getString("clientToken")).isEqualTo("t");
    JsonObject execution = started.getJsonObject("execution");
    assertThat(execution.getString("status")).isEqualTo("IN_PROGRESS");
    assertThat(execution.getJsonObject("jobDocument").getString("operation")).isEqualTo("restart");
    int version = execution.getInteger("versionNumber");
    String update = "{\"status\":\"SUCCEEDED\",\"expectedVersion\":%d}";
    sdk.ask("publish", jobs + "job-1/update", update.formatted(version + 1));
    assertThat(received(jobs + "job-1/update/rejected").getString("code"))
        .isEqualTo("VersionMismatch");
    sdk.ask("publish", jobs + "job-1/update", update.formatted(version));
    received(jobs + "job-1/update/accepted");
    assertThat(aws.job("worker", "job-1").orElseThrow().getString("status")).isEqualTo("SUCCEEDED");
    sdk.ask("publish", jobs + "start-next", "{}");
    assertThat(received(jobs + "start-next/accepted").containsKey("execution")).isFalse();
    sdk.ask("disconnect");
  }

  @Test
  void aDeviceIsProvisionedByItsClaimWithAKeyThatStaysItsOwn() throws IOException {
    var claims = "$aws/certificates/create-from-csr/json";
    var provision = "$aws/provisioning-templates/line/provision/json";
    pki.client("claim", "claim");
    aws.register(
        "claim",
        "",
        new Policy(
            List.of("SN-*"),
            List.of(claims, provision),
            List.of(claims + "/*", provision + "/*"),
            List.of("$aws/*")));
    var ofThing =
        new Policy(
            List.of("${iot:Connection.Thing.ThingName}"),
            List.of("${iot:Connection.Thing.ThingName}/*"),
            List.of(),
            List.of());
    aws.add(new Template("line", "gw-", ofThing, new JsonObject().put("site", "A")));
    String request = request(directory.resolve("own.key"));

    sdk.ask("connect", ENDPOINT, "SN-17", path("claim"), key("claim"));
    sdk.ask("subscribe", claims + "/accepted", claims + "/rejected", provision + "/accepted");
    sdk.ask("publish", claims, new JsonObject().put("certificateSigningRequest", request).encode());
    JsonObject issued = received(claims + "/accepted");
    var body =
        new JsonObject()
            .put("certificateOwnershipToken", issued.getString("certificateOwnershipToken"))
            .put("parameters", new JsonObject().put("SerialNumber", "17"));
    sdk.ask("publish", provision, body.encode());
    JsonObject thing = received(provision + "/accepted");
    sdk.ask("disconnect");
    assertThat(thing.getString("thingName")).isEqualTo("gw-17");
    assertThat(thing.getJsonObject("deviceConfiguration").getString("site")).isEqualTo("A");

    Path certificate = directory.resolve("own.pem");
    Files.writeString(certificate, issued.getString("certificatePem"));
    String own = directory.resolve("own.key").toString();
    assertThat(sdk.ask("connect", ENDPOINT, "gw-17", certificate.toString(), own))
        .isEqualTo("CONNECTED");
    sdk.ask("publish", "gw-17/up", "{}");
    sdk.ask("disconnect");
  }

  private static String request(Path key) throws IOException {
    Path request = directory.resolve("own.csr");
    ChildProcess.run(
        "openssl",
        List.of(
            ChildProcess.locate("openssl"),
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=gateway",
            "-keyout",
            key.toString(),
            "-out",
            request.toString()));
    return Files.readString(request);
  }

  @Test
  void aMessageToARuleGoesPastTheBroker() {
    connect("rules");
    sdk.ask("publish", "$aws/rules/store/site/1", "{}");
    sdk.ask("disconnect");
    Ingested ingested = aws.ingested().await(LIMIT, message -> message.rule().equals("store"));
    assertThat(ingested.topic()).isEqualTo("site/1");
  }

  @Test
  void whatThePolicyForbidsEndsTheConnectionOfTheSdkToo() {
    pki.client("narrow", "narrow");
    aws.register(
        "narrow", "", new Policy(List.of("narrow"), List.of("mine/*"), List.of(), List.of()));
    assertThat(
            sdk.answer(sdk.tell("connect", ENDPOINT, "wide", path("narrow"), key("narrow")), LIMIT))
        .startsWith("failed");
    sdk.ask("connect", ENDPOINT, "narrow", path("narrow"), key("narrow"));
    sdk.ask("publish", "mine/1", "{}");
    sdk.answer(sdk.tell("publish", "theirs/1", "{}"), LIMIT);
    aws.emulation()
        .endings()
        .await(
            LIMIT, ending -> ending.reason().equals("the policy forbids to publish to theirs/1"));
  }
}
