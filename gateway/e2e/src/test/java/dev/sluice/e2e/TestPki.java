package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A certificate authority made by openssl for one test: a server for {@code localhost} and {@code
 * 127.0.0.1}, one for another name, a client, and an authority that signed none of them. Or the
 * authority alone, for what {@link #server} and {@link #client} name.
 */
public record TestPki(Path directory, List<String> keys) {

  private static final List<String> RSA = List.of("rsa:2048");

  /** Made in no time. */
  private static final List<String> EC = List.of("ec", "-pkeyopt", "ec_paramgen_curve:P-256");

  static TestPki create(Path directory) {
    var pki = new TestPki(directory, RSA);
    pki.selfSigned("ca");
    pki.selfSigned("other-ca");
    pki.leaf("server", "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth");
    pki.leaf("elsewhere", "subjectAltName=DNS:elsewhere.test\nextendedKeyUsage=serverAuth");
    pki.leaf("client", "extendedKeyUsage=clientAuth");
    return pki;
  }

  /** An authority that has signed nothing yet; for keys on a curve. */
  public static TestPki authority(Path directory) {
    var pki = new TestPki(directory, EC);
    pki.selfSigned("ca");
    return pki;
  }

  /** Issues a certificate for a server of these host names. */
  public void server(String name, List<String> hosts) {
    var names = hosts.stream().map(host -> "DNS:" + host).collect(Collectors.joining(","));
    leaf(name, "subjectAltName=" + names + "\nextendedKeyUsage=serverAuth");
  }

  /** Issues a certificate for a client. */
  public void client(String name, String commonName) {
    request(name, commonName);
    sign(name, "extendedKeyUsage=clientAuth");
  }

  /**
   * Signs a request of a client's own making, kept as {@code NAME.csr}; its signature is checked.
   *
   * @throws AssertionError with what openssl says of a request that is none
   */
  public void signClient(String name, String request) {
    write(directory.resolve(name + ".csr"), request);
    openssl("req", "-verify", "-noout", "-in", directory.resolve(name + ".csr").toString());
    sign(name, "extendedKeyUsage=clientAuth");
  }

  /**
   * Only an authority {@code ca} and a server {@code server} that is all of these hosts.
   *
   * @param hosts names, not addresses
   */
  public static TestPki forHosts(Path directory, String... hosts) {
    TestPki pki = authority(directory);
    pki.server("server", List.of(hosts));
    return pki;
  }

  public Path certificate(String name) {
    return directory.resolve(name + ".pem");
  }

  public Path key(String name) {
    return directory.resolve(name + ".key");
  }

  private void selfSigned(String name) {
    newKey(
        name,
        "-x509",
        "-days",
        "2",
        "-subj",
        "/CN=e2e " + name,
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign",
        "-out",
        certificate(name).toString());
  }

  private void leaf(String name, String extensions) {
    request(name, "e2e-" + name);
    sign(name, extensions);
  }

  private void request(String name, String commonName) {
    newKey(name, "-subj", "/CN=" + commonName, "-out", directory.resolve(name + ".csr").toString());
  }

  private void newKey(String name, String... arguments) {
    var command = new ArrayList<>(List.of("req", "-nodes", "-keyout", key(name).toString()));
    command.add("-newkey");
    command.addAll(keys);
    command.addAll(List.of(arguments));
    openssl(command.toArray(String[]::new));
  }

  private void sign(String name, String extensions) {
    Path extensionFile = directory.resolve(name + ".ext");
    write(extensionFile, extensions + "\n");
    openssl(
        "x509",
        "-req",
        "-in",
        directory.resolve(name + ".csr").toString(),
        "-CA",
        certificate("ca").toString(),
        "-CAkey",
        key("ca").toString(),
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        extensionFile.toString(),
        "-out",
        certificate(name).toString());
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void openssl(String... arguments) {
    var command = new ArrayList<>(List.of(ChildProcess.locate("openssl")));
    command.addAll(List.of(arguments));
    ChildProcess.run("openssl", command);
  }
}
