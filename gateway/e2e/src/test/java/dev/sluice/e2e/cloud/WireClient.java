package dev.sluice.e2e.cloud;

import dev.sluice.e2e.TestPki;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * An MQTT client that says what it is told, wrong things too, and shows the answers as bytes. It
 * shares no code with the emulations. Blocking; for one thread.
 */
public final class WireClient implements AutoCloseable {

  /** What came instead of a packet, or of the code of a CONNACK. */
  public static final int CLOSED = -1;

  private static final int CONNECT = 0x10;
  private static final int PUBLISH = 0x30;
  private static final int SUBSCRIBE = 0x82;
  private static final int CLEAN = 0x02;
  private static final int PASSWORD = 0x40;
  private static final int USER = 0x80;

  /** A packet as it came; the type with its flags. */
  public record Packet(int type, byte[] body) {

    public boolean isPublish() {
      return (type & 0xf0) == PUBLISH;
    }

    public String topic() {
      return new String(body, 2, length(), StandardCharsets.UTF_8);
    }

    public int qos() {
      return type >> 1 & 3;
    }

    public int packetId() {
      return ((body[2 + length()] & 0xff) << 8) | (body[3 + length()] & 0xff);
    }

    public String text() {
      int start = 2 + length() + (qos() > 0 ? 2 : 0);
      return new String(body, start, body.length - start, StandardCharsets.UTF_8);
    }

    private int length() {
      return ((body[0] & 0xff) << 8) | (body[1] & 0xff);
    }
  }

  private final SSLSocket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private int lastId;

  private WireClient(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  /**
   * Connects TLS, with the server name and the check of it that belong to the host name.
   *
   * @param identity the certificate to present, by its name in the PKI; empty for none
   * @param alpn what to offer; nothing for none
   */
  public static WireClient open(
      String host, String address, int port, TestPki pki, String identity, String... alpn) {
    try {
      Socket plain = new Socket(address, port);
      var socket =
          (SSLSocket)
              context(pki, identity).getSocketFactory().createSocket(plain, host, port, true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setApplicationProtocols(alpn);
      socket.setSSLParameters(parameters);
      socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
      socket.startHandshake();
      return new WireClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SSLContext context(TestPki pki, String identity) {
    try {
      if (!identity.isEmpty()) {
        return PemIdentity.read(pki.certificate(identity), pki.key(identity)).context(trust(pki));
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust(pki).getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError("no TLS with " + identity, e);
    }
  }

  private static TrustManagerFactory trust(TestPki pki)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", Certificates.read(pki.certificate("ca")));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust;
  }

  /** Connects MQTT with a clean session; gives the code of the CONNACK, or {@link #CLOSED}. */
  public int connect(String clientId, String username, String password) {
    return connect(clientId, username, password, true, 60);
  }

  /** Connects MQTT; a user name or a password that is null is left out. */
  public int connect(
      String clientId, String username, String password, boolean clean, int keepAliveSeconds) {
    int flags =
        (clean ? CLEAN : 0) | (username == null ? 0 : USER) | (password == null ? 0 : PASSWORD);
    send(
        CONNECT,
        body -> {
          body.writeUTF("MQTT");
          body.write(4);
          body.write(flags);
          body.writeShort(keepAliveSeconds);
          body.writeUTF(clientId);
          if (username != null) {
            body.writeUTF(username);
          }
          if (password != null) {
            body.writeUTF(password);
          }
        });
    Packet connack = next();
    return connack.type() == CLOSED ? CLOSED : connack.body()[1];
  }

  /** Publishes and does not wait; gives the packet id. */
  public int publish(String topic, byte[] payload, int qos) {
    int id = qos > 0 ? ++lastId : 0;
    send(
        PUBLISH | qos << 1,
        body -> {
          body.writeUTF(topic);
          if (id > 0) {
            body.writeShort(id);
          }
          body.write(payload);
        });
    return id;
  }

  public int publish(String topic, String payload, int qos) {
    return publish(topic, payload.getBytes(StandardCharsets.UTF_8), qos);
  }

  /** Subscribes in one packet and does not wait. */
  public void subscribe(int qos, String... filters) {
    int id = ++lastId;
    send(
        SUBSCRIBE,
        body -> {
          body.writeShort(id);
          for (String filter : filters) {
            body.writeUTF(filter);
            body.write(qos);
          }
        });
  }

  public void puback(int packetId) {
    send(0x40, body -> body.writeShort(packetId));
  }

  /** The next packet; of type {@link #CLOSED} when the server has closed. */
  public Packet next() {
    try {
      int type = in.read();
      if (type < 0) {
        return new Packet(CLOSED, new byte[0]);
      }
      int length = 0;
      int shift = 0;
      int digit;
      do {
        digit = in.readUnsignedByte();
        length |= (digit & 0x7f) << shift;
        shift += 7;
      } while ((digit & 0x80) != 0);
      byte[] body = new byte[length];
      in.readFully(body);
      return new Packet(type, body);
    } catch (EOFException | SocketException | SSLException e) {
      return new Packet(CLOSED, new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next message, past acknowledgements; acknowledged itself. */
  public Packet nextMessage() {
    Packet packet = next();
    while (!packet.isPublish()) {
      if (packet.type() == CLOSED) {
        throw new AssertionError("closed instead of a message");
      }
      packet = next();
    }
    if (packet.qos() > 0) {
      puback(packet.packetId());
    }
    return packet;
  }

  /** Whether the server closes; what it sends before does not count. */
  public boolean isClosed() {
    Packet packet = next();
    while (packet.type() != CLOSED) {
      packet = next();
    }
    return true;
  }

  /** What ALPN chose. */
  public String protocol() {
    return socket.getApplicationProtocol();
  }

  @FunctionalInterface
  private interface Body {
    void write(DataOutputStream out) throws IOException;
  }

  private void send(int type, Body body) {
    var bytes = new ByteArrayOutputStream();
    try {
      body.write(new DataOutputStream(bytes));
      out.write(type);
      int length = bytes.size();
      do {
        out.write(length & 0x7f | (length > 0x7f ? 0x80 : 0));
        length >>= 7;
      } while (length > 0);
      out.write(bytes.toByteArray());
      out.flush();
    } catch (SocketException | SSLException e) {
      return; // closed already: the next read tells
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
