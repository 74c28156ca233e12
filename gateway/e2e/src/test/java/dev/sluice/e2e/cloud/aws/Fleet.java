package dev.sluice.e2e.cloud.aws;

import dev.sluice.e2e.TestPki;
import dev.sluice.e2e.cloud.Certificates;
import dev.sluice.e2e.cloud.Received;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Provisioning by claim: a certificate for a request, and a thing for a certificate. */
final class Fleet {

  private static final String FROM_REQUEST = "$aws/certificates/create-from-csr/json";
  private static final String WITH_KEY = "$aws/certificates/create/json";
  private static final Pattern PROVISION =
      Pattern.compile("\\$aws/provisioning-templates/([A-Za-z0-9_-]{1,36})/provision/json");

  private final FanOut out;
  private final Registry registry;
  private final TestPki pki;
  private final Map<String, Template> templates = new HashMap<>();

  /** By ownership token, the name of the certificate in the PKI; gone when it is used. */
  private final Map<String, String> owned = new HashMap<>();

  private int issued;

  Fleet(FanOut out, Registry registry, TestPki pki) {
    this.out = out;
    this.registry = registry;
    this.pki = pki;
  }

  void add(Template template) {
    templates.put(template.name(), template);
  }

  /** Whether the topic was one of provisioning. */
  boolean handle(Received message) {
    String topic = message.topic();
    Matcher provision = PROVISION.matcher(topic);
    boolean known = topic.equals(FROM_REQUEST) || topic.equals(WITH_KEY) || provision.matches();
    if (!known) {
      return false;
    }
    JsonObject body;
    try {
      body = message.payload().length == 0 ? new JsonObject() : message.json();
    } catch (DecodeException e) {
      reject(topic, 400, "InvalidJson", "the body is no JSON");
      return true;
    }
    if (provision.matches()) {
      provision(topic, provision.group(1), body);
    } else {
      issue(topic, body.getString("certificateSigningRequest"));
    }
    return true;
  }

  private void issue(String topic, String request) {
    if (topic.equals(FROM_REQUEST) && request == null) {
      reject(topic, 400, "InvalidParameter", "certificateSigningRequest is missing");
      return;
    }
    String name = "fleet-" + ++issued;
    out.emulation()
        .vertx()
        .executeBlocking(
            () -> {
              if (request == null) {
                pki.client(name, "AWS IoT Certificate");
              } else {
                pki.signClient(name, request);
              }
              return read(name, request == null);
            })
        .onComplete(
            certificate -> {
              String token = UUID.randomUUID().toString();
              owned.put(token, name);
              out.publish(topic + "/accepted", certificate.put("certificateOwnershipToken", token));
            },
            failure ->
                reject(topic, 400, "InvalidCertificateSigningRequest", "openssl refused it"));
  }

  private JsonObject read(String name, boolean withKey) throws IOException {
    String pem = Files.readString(pki.certificate(name), StandardCharsets.US_ASCII);
    var certificate =
        new JsonObject()
            .put("certificateId", Certificates.thumbprint(Certificates.read(pki.certificate(name))))
            .put("certificatePem", pem);
    return withKey
        ? certificate.put("privateKey", Files.readString(pki.key(name), StandardCharsets.US_ASCII))
        : certificate;
  }

  private void provision(String topic, String templateName, JsonObject body) {
    Template template = templates.get(templateName);
    String serial = body.getJsonObject("parameters", new JsonObject()).getString("SerialNumber");
    if (template == null) {
      reject(topic, 404, "ResourceNotFoundException", "no template " + templateName);
    } else if (serial == null) {
      reject(topic, 400, "InvalidParameters", "no SerialNumber");
    } else {
      String certificate = owned.remove(body.getString("certificateOwnershipToken"));
      if (certificate == null) {
        reject(topic, 403, "InvalidCertificateOwnershipToken", "the token is not valid");
        return;
      }
      boolean bare = template.thingPrefix().isEmpty();
      String thing = bare ? "" : template.thingPrefix() + serial;
      registry.activate(Certificates.read(pki.certificate(certificate)), thing, template.policy());
      var answer = new JsonObject().put("deviceConfiguration", template.configuration().copy());
      out.publish(topic + "/accepted", bare ? answer : answer.put("thingName", thing));
    }
  }

  private void reject(String topic, int status, String code, String message) {
    out.publish(
        topic + "/rejected",
        new JsonObject()
            .put("statusCode", status)
            .put("errorCode", code)
            .put("errorMessage", message));
  }
}
