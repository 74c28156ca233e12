package dev.sluice.e2e;

import dev.sluice.e2e.cloud.HostsFile;
import dev.sluice.e2e.cloud.Received;
import dev.sluice.e2e.cloud.aws.AwsIotCore;
import dev.sluice.e2e.cloud.aws.Ingested;
import dev.sluice.e2e.cloud.aws.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The packaged gateway, and an account of AWS IoT Core under its real name: the JVM's hosts file
 * leads there, so that server name and host name check are real.
 */
final class AwsSite implements AutoCloseable {

  static final String ENDPOINT = "x-ats.iot.eu-west-1.amazonaws.com";
  static final Duration LIMIT = Duration.ofSeconds(30);
  static final String THING = "e2e";

  final TestPki pki;
  final AwsIotCore aws;
  private final Path directory;
  private final HostsFile hosts;

  private AwsSite(Path directory) {
    this.directory = directory;
    this.pki = TestPki.authority(directory);
    this.aws = AwsIotCore.start(ENDPOINT, pki);
    this.hosts = HostsFile.write(directory.resolve("hosts"), Map.of(ENDPOINT, aws.address()));
    issue("gw", THING);
  }

  static AwsSite start(Path directory) {
    return new AwsSite(directory);
  }

  /** Makes a certificate that may do what this gateway has to, and nothing else. */
  void issue(String certificate, String thing) {
    pki.client(certificate, certificate);
    aws.register(certificate, thing, policy());
  }

  static Policy policy() {
    String things = "$aws/things/${iot:Connection.Thing.ThingName}/*";
    return new Policy(
        List.of("${iot:Connection.Thing.ThingName}", "second-*"),
        List.of("site/*", "$aws/rules/store/site/*", things),
        List.of(things),
        List.of(things));
  }

  /** The way in with a certificate, as a key of an uplink. */
  String tls(String certificate) {
    return "tls: { ca: \"%s\", certificate: \"%s\", key: \"%s\", checkEvery: 1s }"
        .formatted(pki.certificate("ca"), pki.certificate(certificate), pki.key(certificate));
  }

  /** An uplink with further keys, each a line of its own. */
  static String uplink(String id, int port, String... keys) {
    var text = new StringBuilder();
    text.append("  ").append(id).append(":\n    connector: aws-iot\n");
    text.append("    url: \"ssl://%s:%d\"%n".formatted(ENDPOINT, port));
    text.append("    topic: \"site/{gateway}/readings\"\n    backoffFirst: 100ms\n");
    text.append("    backoffMax: 1s\n");
    for (String key : keys) {
      text.append("    ").append(key).append('\n');
    }
    return text.toString();
  }

  /** As the owner of an authorizer signs a token. */
  static String signed(KeyPair key, String token) throws GeneralSecurityException {
    Signature signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(key.getPrivate());
    signer.update(token.getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(signer.sign());
  }

  Distribution run(Site site) {
    return run(site, List.of());
  }

  /** With something before the command, as {@code faketime} is. */
  Distribution run(Site site, List<String> prefix) {
    var command = new java.util.ArrayList<>(prefix);
    command.addAll(List.of(ChildProcess.locate("env"), "SLUICE_JAVA=" + hosts.jvmOption()));
    Distribution gateway = Distribution.launch(site, site.write(), command);
    gateway.awaitAlive();
    return gateway;
  }

  /** What went through the broker on a topic of readings. */
  Ledger ledger() {
    return ledger("site/");
  }

  /** The same of topics that begin otherwise. */
  Ledger ledger(String prefix) {
    var ledger = new Ledger();
    for (Received each : aws.emulation().received().all()) {
      if (each.topic().startsWith(prefix)) {
        ledger.add(Message.parse(each.topic(), each.payload(), each.nanos()));
      }
    }
    return ledger;
  }

  /** What went to a rule. */
  Ledger ingested(String rule) {
    var ledger = new Ledger();
    for (Ingested each : aws.ingested().all()) {
      if (each.rule().equals(rule)) {
        Received message = each.message();
        ledger.add(Message.parse(each.topic(), message.payload(), message.nanos()));
      }
    }
    return ledger;
  }

  void replace(Path file, Path by) {
    try {
      Path fresh = directory.resolve(file.getFileName() + ".new");
      Files.copy(by, fresh);
      Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    aws.close();
  }
}
