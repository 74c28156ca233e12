package dev.sluice.e2e.cloud.eventgrid;

import dev.sluice.e2e.TestPki;
import dev.sluice.e2e.cloud.Certificates;
import dev.sluice.e2e.cloud.Client;
import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Door;
import dev.sluice.e2e.cloud.Emulation;
import dev.sluice.e2e.cloud.Limits;
import dev.sluice.e2e.cloud.Loopback;
import dev.sluice.e2e.cloud.Platform;
import dev.sluice.e2e.cloud.Received;
import dev.sluice.e2e.cloud.Verdict;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A namespace that runs. Each client may publish below {@code site/NAME/}, NAME being its
 * authentication name; it has one session.
 */
public final class EventGrid implements Platform, AutoCloseable {

  private static final String CERTIFICATE = "namespace";
  private static final int KEEP_ALIVE_SECONDS = 1_160;
  private static final int RETAINED_BYTES = 64_000;
  private static final int LEVELS = 8;
  private static final long ACK_MILLIS = 20;

  private final String address = Loopback.take();
  private final X509Certificate authority;
  private final boolean retains;
  private final Set<String> names = new HashSet<>();

  /** By session: whose it is. */
  private final Map<String, String> owners = new HashMap<>();

  private final Map<String, Traffic> traffic = new HashMap<>();
  private final Emulation emulation;

  private EventGrid(String host, TestPki pki, boolean retains) {
    this.authority = Certificates.read(pki.certificate("ca"));
    this.retains = retains;
    pki.server(CERTIFICATE, List.of(host));
    var door = new Door("mqtt", address, Door.MQTT_PORT, pki, CERTIFICATE, List.of());
    this.emulation = Emulation.start(this, List.of(door));
  }

  /**
   * Starts one under its full host name.
   *
   * @param pki whose authority is uploaded to it
   * @param retains whether it stores retained messages
   */
  public static EventGrid start(String host, TestPki pki, boolean retains) {
    return new EventGrid(host, pki, retains);
  }

  /** Where the host name leads. */
  public String address() {
    return address;
  }

  public Emulation emulation() {
    return emulation;
  }

  /** Registers a client: the subject of its certificate has to be its authentication name. */
  public EventGrid client(String authenticationName) {
    emulation.call(() -> names.add(authenticationName));
    return this;
  }

  @Override
  public Limits limits() {
    return new Limits(1, 512 << 10, 256, 10, 50, 128);
  }

  @Override
  public boolean knows(X509Certificate certificate) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false; // signed by somebody else
    }
  }

  @Override
  public Verdict connect(ConnectFields fields) {
    String name = fields.username();
    if (fields.certificate().isEmpty() || name == null || !names.contains(name)) {
      return Verdict.refused(5, "no client " + name);
    }
    String subject = fields.certificate().get().getSubjectX500Principal().getName();
    if (!subject.equals("CN=" + name)) {
      return Verdict.refused(5, "the certificate is that of " + subject);
    }
    String owner = owners.get(fields.clientId());
    if (owner != null && !owner.equals(name)) {
      return Verdict.refused(5, "the session is that of " + owner);
    }
    if (owner == null && owners.containsValue(name)) {
      return Verdict.refused(5, "another session of " + name + " has not expired");
    }
    if (fields.will().isPresent() && fields.will().get().retained() && !retains) {
      return Verdict.closed("a retained will");
    }
    owners.put(fields.clientId(), name);
    return Verdict.accepted();
  }

  @Override
  public int keepAlive(int requested) {
    return requested == 0 ? KEEP_ALIVE_SECONDS : Math.min(requested, KEEP_ALIVE_SECONDS);
  }

  @Override
  public long ackDelayMillis(Client client) {
    return ACK_MILLIS;
  }

  @Override
  public void publish(Client client, Received message) {
    String name = client.fields().username();
    if (message.retained() && !retains) {
      client.end("a retained message");
    } else if (message.retained() && message.payload().length > RETAINED_BYTES) {
      client.end("a retained message of more than " + RETAINED_BYTES + " bytes");
    } else if (!message.topic().startsWith("site/" + name + "/")) {
      client.end("no permission to publish to " + message.topic());
    } else if (message.topic().split("/", -1).length > LEVELS) {
      client.end("a topic of more than " + LEVELS + " levels");
    } else {
      String broken =
          traffic
              .computeIfAbsent(client.id(), id -> new Traffic(ACK_MILLIS))
              .add(message.nanos(), message.topic().length() + message.payload().length);
      if (!broken.isEmpty()) {
        client.end(broken);
      }
    }
  }

  @Override
  public int subscribe(Client client, String filter, int qos) {
    return Client.REFUSED; // there is no binding to subscribe
  }

  @Override
  public void ended(Client client, String reason) {
    traffic.remove(client.id());
    if (client.fields().cleanSession()) {
      owners.remove(client.id());
    }
  }

  @Override
  public void close() {
    emulation.close();
  }
}
