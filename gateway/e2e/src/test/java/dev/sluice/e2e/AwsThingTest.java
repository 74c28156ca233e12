package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.Certificates;
import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.Received;
import dev.sluice.e2e.cloud.aws.Policy;
import dev.sluice.e2e.cloud.aws.Template;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What AWS knows of a thing: its shadow, its jobs, and how it got its certificate. */
class AwsThingTest {

  private static final int SETPOINT = 1_300;
  private static final int NAMED = 1_301;

  /** Of a job with several points. */
  private static final List<Integer> STEPS = List.of(1_303, 1_304, 1_305, 1_306, 1_307);

  @TempDir Path directory;
  private AwsSite site;
  private LibmodbusServer server;

  @BeforeEach
  void start() {
    site = AwsSite.start(directory);
    server = LibmodbusServer.start(1);
  }

  @AfterEach
  void stop() {
    server.close();
    site.close();
  }

  private static String register(int address) {
    return "{ at: \"holding " + address + "\", type: uint16, writable: true }";
  }

  private Site plant(String uplinks) {
    var points = new HashMap<String, String>();
    points.put("setpoint", register(SETPOINT));
    points.put("limit", register(NAMED));
    points.put("fixed", register(1_302).replace("true", "false"));
    STEPS.forEach(address -> points.put("step-" + address, register(address)));
    return new Site(directory)
        .line("plc", server.port())
        .deviceOf("unit-1", "plc", 1, List.of("every: 250ms"), points)
        .uplinks(uplinks)
        .linger("100ms");
  }

  private void await(String what, Distribution gateway, BooleanSupplier so) {
    Eventually.holds(
        what,
        AwsSite.LIMIT,
        so,
        () ->
            site.aws.emulation().endings().all()
                + "\n"
                + site.aws.shadow(AwsSite.THING, "")
                + "\n"
                + gateway.process().output());
  }

  private JsonObject reported(String name) {
    return site.aws
        .shadow(AwsSite.THING, name)
        .map(shadow -> shadow.getJsonObject("state"))
        .map(state -> state.getJsonObject("reported"))
        .orElse(new JsonObject());
  }

  private Object value(String name, String point) {
    return reported(name)
        .getJsonObject("devices", new JsonObject())
        .getJsonObject("unit-1", new JsonObject())
        .getValue(point);
  }

  private static JsonObject desired(String point, Object value) {
    return new JsonObject()
        .put("devices", new JsonObject().put("unit-1", new JsonObject().put(point, value)));
  }

  @Test
  void theShadowsSayWhatIsSoAndWhatIsDesiredIsDone() {
    site.aws.desire(AwsSite.THING, "", desired("setpoint", 4_321));
    Site plant =
        plant(
            AwsSite.uplink(
                "cloud",
                Door.MQTT_PORT,
                site.tls("gw"),
                "commands: true",
                "aws-iot: { shadow: { every: 1s }, jobs: true }"));
    try (var gateway = site.run(plant)) {
      await(
          "desired before it connected",
          gateway,
          () -> Integer.valueOf(4_321).equals(value("", "setpoint")));
      await("told by the device", gateway, () -> server.writes(1, SETPOINT) == 1);
      assertThat(reported("").getString("gateway")).isEqualTo("e2e");
      assertThat(reported("").getJsonObject("up").getBoolean("unit-1")).isTrue();
      assertThat(value("", "fixed")).isInstanceOf(Number.class);

      site.aws.desire(AwsSite.THING, "", desired("setpoint", 17));
      await("desired later", gateway, () -> Integer.valueOf(17).equals(value("", "setpoint")));
      await("no difference", gateway, () -> !state("").containsKey("delta"));
      await("told by the device", gateway, () -> server.writes(1, SETPOINT) == 2);

      site.aws.desire(AwsSite.THING, "", desired("fixed", 5));
      await("refused", gateway, () -> reported("").containsKey("errors"));
      assertThat(reported("").getJsonObject("errors").getString("unit-1/fixed"))
          .contains("writable");
      site.aws.desire(AwsSite.THING, "", new JsonObject().put("devices", "all of them"));
      await(
          "malformed",
          gateway,
          () -> reported("").getJsonObject("errors", new JsonObject()).containsKey("desired"));
      assertThat(site.aws.emulation().isConnected(AwsSite.THING)).isTrue();
      assertThat(server.writes(1, SETPOINT)).isEqualTo(2);

      site.aws.queueJob(AwsSite.THING, "job-1", desired("limit", 99).put("operation", "write"));
      await("a job", gateway, () -> status("job-1").equals("SUCCEEDED"));
      await("told by the device", gateway, () -> server.writes(1, NAMED) == 1);
      site.aws.queueJob(AwsSite.THING, "job-2", new JsonObject().put("operation", "dance"));
      await("a job that is none", gateway, () -> status("job-2").equals("REJECTED"));
      assertThat(
              site.aws
                  .job(AwsSite.THING, "job-2")
                  .orElseThrow()
                  .getJsonObject("statusDetails")
                  .getString("detail"))
          .contains("dance");
      site.aws.queueJob(
          AwsSite.THING, "job-3", "{\"operation\":\"write\",\"operation\":\"write\"}");
      await("a job with a name twice", gateway, () -> status("job-3").equals("REJECTED"));
      gateway.stopInOrder();
    }
    assertThat(site.aws.throttled().all()).isEmpty();
  }

  private JsonObject state(String name) {
    return site.aws.shadow(AwsSite.THING, name).orElseThrow().getJsonObject("state");
  }

  private String status(String job) {
    return site.aws.job(AwsSite.THING, job).orElseThrow().getString("status");
  }

  /**
   * Killed between two writes of a job: no point is written twice, each is written or named, and
   * the job has an end. What is desired meanwhile is so afterwards.
   */
  @Test
  void aRestartInTheMiddleOfAJobEndsItAndRepeatsNoWrite() {
    Site plant =
        plant(
            AwsSite.uplink(
                "cloud",
                Door.MQTT_PORT,
                site.tls("gw"),
                "commands: true",
                "aws-iot: { shadow: { every: 1s }, jobs: true }"));
    var wanted = new JsonObject();
    STEPS.forEach(address -> wanted.put("step-" + address, address));
    JsonObject steps =
        new JsonObject()
            .put("operation", "write")
            .put("devices", new JsonObject().put("unit-1", wanted));
    try (var gateway = site.run(plant)) {
      await("reported", gateway, () -> value("", "setpoint") != null);
      site.aws.queueJob(AwsSite.THING, "steps", steps);
      await("begun", gateway, () -> server.writes(1, STEPS.get(0)) == 1);
      gateway.process().signal("KILL");
      gateway.process().awaitExit(AwsSite.LIMIT);
    }
    assertThat(status("steps")).isEqualTo("IN_PROGRESS");
    site.aws.desire(AwsSite.THING, "", desired("setpoint", 4_711));
    try (var gateway = site.run(plant)) {
      await("the job has an end", gateway, () -> !status("steps").equals("IN_PROGRESS"));
      await("so", gateway, () -> Integer.valueOf(4_711).equals(value("", "setpoint")));
      gateway.stopInOrder();
    }
    JsonObject details =
        site.aws.job(AwsSite.THING, "steps").orElseThrow().getJsonObject("statusDetails");
    System.out.println("aws, a job over a restart: " + status("steps") + " " + details);
    long written = STEPS.stream().filter(address -> server.writes(1, address) == 1).count();
    assertThat(STEPS).allMatch(address -> server.writes(1, address) <= 1);
    assertThat(written).as("but the one that was under way").isGreaterThanOrEqualTo(4);
    if (!status("steps").equals("SUCCEEDED")) {
      assertThat(details.getString("code")).isEqualTo("409");
      assertThat(details.getString("detail")).contains("tried, before");
    }
    assertThat(server.writes(1, SETPOINT)).isEqualTo(1);
  }

  /** Queued while nobody listened, and never told twice over a cut. */
  @Test
  void aNamedShadowWithoutCommandsRefusesAndAQueuedJobIsRefusedToo() {
    site.aws.queueJob(AwsSite.THING, "early", desired("limit", 7).put("operation", "write"));
    Site plant =
        plant(
            AwsSite.uplink(
                "cloud",
                Door.MQTT_PORT,
                site.tls("gw"),
                "aws-iot: { shadow: { name: plant, every: 1s }, jobs: true }"));
    try (var gateway = site.run(plant)) {
      await("reported", gateway, () -> value("plant", "limit") != null);
      await("refused", gateway, () -> status("early").equals("REJECTED"));
      site.aws.desire(AwsSite.THING, "plant", desired("limit", 8));
      await("answered", gateway, () -> reported("plant").containsKey("errors"));
      assertThat(server.writes(1, NAMED)).isZero();
      assertThat(site.aws.shadow(AwsSite.THING, "")).isEmpty();
      gateway.stopInOrder();
    }
  }

  @Test
  void aClaimBecomesACertificateOfItsOwnWhoseKeyNeverLeaves() throws Exception {
    site.pki.client("claim", "claim");
    var topics = List.of("$aws/certificates/*", "$aws/provisioning-templates/fleet/*");
    site.aws.register("claim", "", new Policy(List.of("e2e"), topics, topics, topics));
    site.aws.add(new Template("fleet", "gw-", AwsSite.policy(), new JsonObject().put("zone", 3)));
    Site plant =
        plant(
            AwsSite.uplink(
                "cloud",
                Door.MQTT_PORT,
                site.tls("claim"),
                "aws-iot:",
                "  provisioning: { template: fleet, parameters: { SerialNumber: \"{gateway}-7\" } }"));
    try (var gateway = site.run(plant)) {
      await("as itself", gateway, () -> site.aws.emulation().isConnected("gw-e2e-7"));
      await("readings", gateway, () -> site.ledger().records() > 3);
      gateway.stopInOrder();
    }
    Path file;
    try (var walk = Files.walk(directory)) {
      file = walk.filter(each -> each.endsWith("aws-cloud.pem")).findFirst().orElseThrow();
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String identity = Files.readString(file);
    String key = identity.substring(identity.indexOf("-----BEGIN PRIVATE KEY-----"));
    String body = key.lines().skip(1).findFirst().orElseThrow();
    Path own =
        Files.writeString(
            directory.resolve("own.pem"),
            identity.substring(identity.indexOf("-----BEGIN CERTIFICATE-----")));
    assertThat(site.aws.emulation().received().all())
        .extracting(Received::text)
        .noneMatch(text -> text.contains("PRIVATE") || text.contains(body));
    int from = site.aws.emulation().connects().size();
    try (var gateway = site.run(plant)) {
      ConnectFields again =
          site.aws.emulation().connects().await(from, AwsSite.LIMIT, each -> true);
      await("again", gateway, () -> site.aws.emulation().isConnected("gw-e2e-7"));
      assertThat(again.clientId()).isEqualTo("gw-e2e-7");
      assertThat(again.certificate()).contains(Certificates.read(own));
      long before = site.ledger().records();
      await(
          "what waited, too",
          gateway,
          () -> site.ledger().records() > before + 2 && site.ledger().missingRecords().isEmpty());
      gateway.stopInOrder();
    }
    assertThat(site.aws.emulation().received().all())
        .filteredOn(each -> each.topic().startsWith("$aws/certificates/"))
        .hasSize(1);
    assertThat(site.ledger().missingRecords()).isEmpty();
  }

  private long asked(String topic) {
    return site.aws.emulation().received().all().stream()
        .filter(each -> each.topic().equals(topic))
        .count();
  }

  /** A template may make a certificate good and no thing: then the name is the configured one. */
  @Test
  void aTemplateWithoutAThingCostsOneCertificate() {
    if (!TestRandom.LONG) {
      System.out.println("aws, a template without a thing: only with -Dsluice.long=true");
      return;
    }
    site.pki.client("claim", "claim");
    site.aws.register("claim", "", Policy.all());
    site.aws.add(new Template("bare", "", Policy.all(), new JsonObject()));
    Site plant =
        plant(
            AwsSite.uplink(
                "cloud",
                Door.MQTT_PORT,
                site.tls("claim"),
                "aws-iot: { provisioning: { template: bare } }"));
    try (var gateway = site.run(plant)) {
      await("readings", gateway, () -> site.ledger().records() > 3);
      assertThat(site.aws.emulation().isConnected("e2e")).isTrue();
      gateway.stopInOrder();
    }
    assertThat(asked("$aws/certificates/create-from-csr/json")).isEqualTo(1);
  }

  @Test
  void aTemplateThatIsNoneIsNamedAndAskedForWithPauses() {
    site.pki.client("claim", "claim");
    site.aws.register("claim", "", Policy.all());
    Site plant =
        plant(
            AwsSite.uplink(
                "cloud",
                Door.MQTT_PORT,
                site.tls("claim"),
                "aws-iot: { provisioning: { template: nothing } }"));
    try (var gateway = site.run(plant)) {
      gateway.awaitLog(
          "reason=not_prepared.*provisioning refused, template nothing: 404", 0, AwsSite.LIMIT);
      await(
          "asked again",
          gateway,
          () -> asked("$aws/provisioning-templates/nothing/provision/json") > 2);
      assertThat(gateway.status("/health/live")).isEqualTo(200);
      gateway.stopInOrder();
    }
    assertThat(asked("$aws/certificates/create-from-csr/json"))
        .as("one certificate is enough")
        .isEqualTo(1);
  }
}
