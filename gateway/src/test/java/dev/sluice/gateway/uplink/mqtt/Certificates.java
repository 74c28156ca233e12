package dev.sluice.gateway.uplink.mqtt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate authority for a test, kept in a directory, worked by openssl. */
public final class Certificates {

  private static final String LONG_AGO = "20200101000000Z";
  private static final String FAR_AWAY = "20900101000000Z";
  private static final String CONFIGURATION =
      """
      [ca]
      default_ca = d
      [d]
      database = index.txt
      serial = serial
      new_certs_dir = .
      default_md = sha256
      policy = p
      copy_extensions = copy
      unique_subject = no
      [p]
      commonName = supplied
      """;

  private final Path directory;

  public Certificates(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    Files.writeString(directory.resolve("c.conf"), CONFIGURATION);
    Files.writeString(directory.resolve("index.txt"), "");
    Files.writeString(directory.resolve("serial"), "01\n");
    run("req -x509 -nodes -days 30 -keyout ca.key -out ca.pem -subj /CN=ca", newKey());
  }

  public Path ca() {
    return directory.resolve("ca.pem");
  }

  public Path certificate(String name) {
    return directory.resolve(name + ".pem");
  }

  public Path key(String name) {
    return directory.resolve(name + ".key");
  }

  /** A certificate for a host, valid now. */
  public Certificates issue(String name, String host) throws IOException {
    return issue(name, host, LONG_AGO, FAR_AWAY);
  }

  public Certificates expired(String name, String host) throws IOException {
    return issue(name, host, LONG_AGO, "20210101000000Z");
  }

  public Certificates notYetValid(String name, String host) throws IOException {
    return issue(name, host, "20800101000000Z", FAR_AWAY);
  }

  /** One that signs itself, valid from and to these times. */
  public Certificates selfSigned(String name, String host, String from, String to)
      throws IOException {
    request(name, host);
    run(
        "ca -batch -notext -selfsign -config c.conf -keyfile "
            + name
            + ".key -in "
            + name
            + ".csr -out "
            + name
            + ".pem -startdate "
            + from
            + " -enddate "
            + to,
        List.of());
    return this;
  }

  /** The pair, and an authority to trust, as PKCS #12. */
  public Path store(String name, String password) throws IOException {
    run(
        "pkcs12 -export -in "
            + name
            + ".pem -inkey "
            + name
            + ".key -out "
            + name
            + ".p12 -passout pass:"
            + password,
        List.of());
    return directory.resolve(name + ".p12");
  }

  /** A certificate valid from and to these times, {@code yyyyMMddHHmmssZ}. */
  public Certificates issue(String name, String host, String from, String to) throws IOException {
    request(name, host);
    run(
        "ca -batch -notext -config c.conf -cert ca.pem -keyfile ca.key -in "
            + name
            + ".csr -out "
            + name
            + ".pem -startdate "
            + from
            + " -enddate "
            + to,
        List.of());
    return this;
  }

  private void request(String name, String host) throws IOException {
    run(
        "req -nodes -keyout "
            + name
            + ".key -out "
            + name
            + ".csr -subj /CN="
            + host
            + " -addext subjectAltName=DNS:"
            + host,
        newKey());
  }

  private static List<String> newKey() {
    return List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
  }

  private void run(String arguments, List<String> more) throws IOException {
    var command = new ArrayList<String>();
    command.add("openssl");
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(more);
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(command + " failed: " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
