package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty secrets, and every place where one of them could show. */
@Tag("alone")
class SecretsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path directory;
  private final Map<String, String> planted = new LinkedHashMap<>();
  private final List<String> environment = new ArrayList<>();
  private TestPki pki;
  private Path credentials;
  private final int proxyPort = FreePort.take();
  private String proxyPassword;

  @BeforeEach
  void prepare() throws IOException {
    proxyPassword = plant("proxy");
    pki = TestPki.create(directory);
    credentials = Files.createDirectory(directory.resolve("credentials"));
    environment.add(ChildProcess.locate("env"));
    environment.add("SLUICE_LOG=trace");
    environment.add("CREDENTIALS_DIRECTORY=" + credentials);
  }

  /** A secret that nothing else could be: 24 letters, different for each name. */
  private String plant(String name) {
    String secret = "Z%02dplanted%sQ".formatted(planted.size(), name.replace("-", ""));
    planted.put(name, secret);
    return secret;
  }

  private String hexKey(String name) {
    String secret = "%02xdeadbeef".formatted(planted.size()).repeat(7).substring(0, 64);
    planted.put(name, secret);
    return secret;
  }

  private Path file(String name, String content) throws IOException {
    Path file = Files.createFile(directory.resolve(name));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return Files.writeString(file, content);
  }

  private String inEnvironment(String variable, String secret) {
    environment.add(variable + "=" + secret);
    return "${env:" + variable + "}";
  }

  private Path store(String name, String password) {
    Path store = directory.resolve(name + ".p12");
    ChildProcess.run(
        "openssl",
        List.of(
            ChildProcess.locate("openssl"),
            "pkcs12",
            "-export",
            "-in",
            pki.certificate("client").toString(),
            "-inkey",
            pki.key("client").toString(),
            "-out",
            store.toString(),
            "-passout",
            "pass:" + password));
    return store;
  }

  /** It lets nobody in without the password. */
  private ChildProcess proxy() {
    var command =
        List.of(
            ChildProcess.locate("microsocks"),
            "-i",
            "127.0.0.1",
            "-p",
            Integer.toString(proxyPort),
            "-u",
            "u",
            "-P",
            proxyPassword);
    ChildProcess proxy = ChildProcess.start("microsocks", Map.of(), command);
    Eventually.holds("proxy listens", LIMIT, () -> FreePort.isOpen("127.0.0.1", proxyPort));
    return proxy;
  }

  private String uplink(String id, String url, String... keys) {
    String head = "  %s:\n    connector: mqtt\n    url: \"%s\"\n".formatted(id, url);
    return head + "    backoffMax: 1s\n    " + String.join("\n    ", keys) + "\n";
  }

  private String configuration(Site site, int plc, int plain, int tls) throws IOException {
    Files.writeString(credentials.resolve("broker"), plant("credential"));
    String outside = "tcp://127.0.0.1:" + plain;
    String encrypted = "ssl://localhost:" + tls;
    String proxied =
        "proxy: { type: socks5, host: 127.0.0.1, port: %d, username: u, password: \"%s\" }";
    String key = Files.readString(pki.key("client"));
    planted.put("key-file", key.split("\n")[3]);
    planted.put("key-file-end", key.split("\n")[10]);
    return """
        gateway: { id: e2e }
        http: { port: %d }
        lines: { plc: { driver: modbus, tcp: { host: 127.0.0.1, port: %d } } }
        devices:
          unit-1: { line: plc, unit: 1, every: 250ms, points: { counter: { at: holding 0, type: uint32 } } }
        outbox:
          directory: "%s"
          encryption: { key: "%s", formerKeys: [ "%s", "${file:%s}" ] }
        uplinks:
        """
            .formatted(
                site.httpPort(),
                plc,
                site.outbox(),
                hexKey("outbox-key"),
                inEnvironment("FORMER", hexKey("former-key")),
                file("former", hexKey("former-key-file")))
        + uplink("written", outside, "username: u", "password: " + plant("password"))
        + uplink(
            "from-file", outside, "username: u", "passwordFile: " + file("p", plant("file") + "\n"))
        + uplink(
            "from-env",
            outside,
            "username: \"" + inEnvironment("USER_NAME", plant("user")) + "\"",
            "password: \"" + inEnvironment("PASSWORD", plant("env")) + "\"")
        + uplink(
            "placeholders",
            outside,
            "username: \"u${file:" + file("n", plant("user-file")) + "}\"",
            "password: \"a${file:" + file("f", plant("placeholder")) + "}b\"")
        + uplink("systemd", outside, "username: u", "password: \"${credential:broker}\"")
        + uplink(
            "pem",
            encrypted,
            "username: u",
            "password: " + plant("over-tls"),
            "tls: { ca: \"%s\", certificate: \"%s\", key: \"%s\" }"
                .formatted(pki.certificate("ca"), pki.certificate("client"), pki.key("client")))
        + uplink(
            "store",
            encrypted,
            "tls: { ca: \"%s\", keyStore: \"%s\", keyStorePassword: \"%s\" }"
                .formatted(pki.certificate("ca"), store("good", plant("key-store")), last()))
        + uplink(
            "wrong-store",
            encrypted,
            "tls: { keyStore: \"%s\", keyStorePassword: \"%s\", trustStore: \"%s\", trustStorePassword: \"%s\" }"
                .formatted(
                    store("wrong", plant("right-store")),
                    plant("wrong-store"),
                    store("trust", plant("right-trust")),
                    plant("wrong-trust")))
        + uplink(
            "proxied", outside, proxied.formatted(proxyPort, inEnvironment("PROXY", proxyPassword)))
        + uplink(
            "not-tls", "ssl://localhost:" + plain, "username: u", "password: " + plant("kept"));
  }

  private String last() {
    return List.copyOf(planted.values()).get(planted.size() - 1);
  }

  @Test
  void noneShowsInLogMetricsStatusArgumentsOrErrors() throws IOException {
    Site site = new Site(directory);
    try (var server = LibmodbusServer.start(1);
        var plain = Mosquitto.plain(directory).start();
        var proxy = proxy();
        var tls = Mosquitto.withClientCertificates(directory, pki, "server").start()) {
      String text = configuration(site, server.port(), plain.port(), tls.port());
      Path file = site.write(text);
      try (var gateway = Distribution.launch(site, file, environment);
          var check = check(file)) {
        gateway.awaitReady();
        Eventually.holds(
            "uplinks are up, or down for the reason that was planned",
            LIMIT,
            () ->
                gateway.metric(Names.CONNECTED) == 8
                    && gateway.process().output().contains("reason=tls_files")
                    && gateway.process().printed(Pattern.compile("uplink=not-tls.*reason="), 0),
            gateway.process()::output);
        assertThat(proxy.isRunning()).as(proxy.output()).isTrue();
        Files.writeString(directory.resolve("p"), plant("new-file"));
        for (String page : List.of("/metrics", "/status", "/health/live", "/health/ready", "/")) {
          hasNone("page " + page, gateway.page(page));
        }
        byte[] arguments = Files.readAllBytes(Path.of("/proc", pid(gateway), "cmdline"));
        assertThat(new String(arguments, StandardCharsets.UTF_8)).contains("sluice");
        hasNone("arguments", new String(arguments, StandardCharsets.UTF_8));
        gateway.process().signal("HUP");
        gateway.awaitLog("configuration unchanged", 0, LIMIT);
        hasNone("check", said(check, 0));
        broken(site, text);
        gateway.stopInOrder();
        assertThat(gateway.process().output()).contains(" DEBUG ");
        hasNone("log", gateway.process().output());
      }
    }
    assertThat(planted).hasSizeGreaterThanOrEqualTo(20);
  }

  private static String pid(Distribution gateway) {
    return Long.toString(gateway.process().pid());
  }

  /** What is wrong is next to a secret, or is one. */
  private void broken(Site site, String text) throws IOException {
    String inUrl = plant("in-url");
    String open = plant("open");
    String large = plant("large");
    Path exposed = Files.writeString(directory.resolve("exposed"), open);
    Files.setPosixFilePermissions(exposed, PosixFilePermissions.fromString("rw-r--r--"));
    Path tooLarge = file("large", large.repeat(5_000));
    String all =
        text.replace("password: " + planted.get("password"), "passwort: " + planted.get("password"))
                .replace(
                    "\"" + planted.get("outbox-key") + "\"",
                    "\"x" + planted.get("outbox-key") + "\"")
                .replace("every: 250ms", "every: \"" + "${env:PASSWORD}" + "\"")
            + uplink("url", "tcp://user:" + inUrl + "@127.0.0.1:1", "username: u")
            + uplink("open", "tcp://127.0.0.1:1", "username: u", "passwordFile: " + exposed)
            + uplink("open2", "tcp://127.0.0.1:1", "username: \"${file:" + exposed + "}\"")
            + uplink("large", "tcp://127.0.0.1:1", "username: u", "passwordFile: " + tooLarge);
    String said;
    try (var check = check(site.write(all))) {
      said = said(check, 2);
    }
    assertThat(said)
        .contains("passwort", "mode 0644", "chmod o-rwx", "64 KiB", "a user in the URL");
    hasNone("broken configuration", said);
  }

  private ChildProcess check(Path file) {
    var command = new ArrayList<>(environment);
    command.addAll(
        List.of(
            "JAVA_HOME=" + System.getProperty("java.home"),
            Distribution.home().resolve("bin/sluice").toString(),
            "check",
            file.toString()));
    return ChildProcess.start("check", Map.of(), command);
  }

  private static String said(ChildProcess check, int code) {
    assertThat(check.awaitExit(LIMIT)).as(check.output()).isEqualTo(code);
    return check.output();
  }

  private void hasNone(String where, String text) {
    planted.forEach(
        (name, secret) -> {
          byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
          String numbers = Arrays.toString(bytes);
          for (String form :
              List.of(
                  secret, numbers, Base64.getEncoder().withoutPadding().encodeToString(bytes))) {
            assertThat(text.contains(form)).as("%s in %s:\n%s", name, where, text).isFalse();
          }
        });
  }
}
