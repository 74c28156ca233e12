package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate authority made by openssl for one test: a server for {@code localhost} and {@code
 * 127.0.0.1}, one for another name, a client, and an authority that signed none of them.
 */
record TestPki(Path directory) {

  static TestPki create(Path directory) {
    var pki = new TestPki(directory);
    pki.authority("ca");
    pki.authority("other-ca");
    pki.leaf("server", "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth");
    pki.leaf("elsewhere", "subjectAltName=DNS:elsewhere.test\nextendedKeyUsage=serverAuth");
    pki.leaf("client", "extendedKeyUsage=clientAuth");
    return pki;
  }

  Path certificate(String name) {
    return directory.resolve(name + ".pem");
  }

  Path key(String name) {
    return directory.resolve(name + ".key");
  }

  private void authority(String name) {
    openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=e2e " + name,
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign",
        "-keyout",
        key(name).toString(),
        "-out",
        certificate(name).toString());
  }

  private void leaf(String name, String extensions) {
    Path request = directory.resolve(name + ".csr");
    Path extensionFile = directory.resolve(name + ".ext");
    try {
      Files.writeString(extensionFile, extensions + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    openssl(
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=e2e-" + name,
        "-keyout",
        key(name).toString(),
        "-out",
        request.toString());
    openssl(
        "x509",
        "-req",
        "-in",
        request.toString(),
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

  private static void openssl(String... arguments) {
    var command = new ArrayList<>(List.of(ChildProcess.locate("openssl")));
    command.addAll(List.of(arguments));
    ChildProcess.run("openssl", command);
  }
}
