package dev.sluice.e2e.cloud;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.internal.net.NetSocketInternal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Reads one connection, packet by packet, and holds it to the limits that all platforms have. */
final class Conversation {

  private final Emulation emulation;
  private final Platform platform;
  private final Door door;
  private final NetSocketInternal socket;
  private final Supplier<String> webSocket;

  /** Null until its CONNECT is accepted. */
  private Client client;

  private long heard = System.nanoTime();

  /**
   * One connection.
   *
   * @param webSocket for what its WebSocket was asked, once that is known
   */
  Conversation(
      Emulation emulation,
      Platform platform,
      Door door,
      NetSocketInternal socket,
      Supplier<String> webSocket) {
    this.webSocket = webSocket;
    this.emulation = emulation;
    this.platform = platform;
    this.door = door;
    this.socket = socket;
  }

  void start() {
    socket.messageHandler(this::read);
    socket.exceptionHandler(error -> over("connection broke: " + error.getMessage()));
    socket.closeHandler(ignored -> over("connection closed by the client without DISCONNECT"));
  }

  private void over(String reason) {
    if (client != null) {
      client.gone(false, reason);
    }
  }

  private void read(Object packet) {
    try {
      heard = System.nanoTime();
      var message = (MqttMessage) packet;
      if (message.decoderResult().isFailure()) {
        refuse("malformed or oversize packet: " + message.decoderResult().cause().getMessage());
      } else if (client == null) {
        first(message);
      } else if (client.isConnected()) {
        handle(message);
      }
    } finally {
      ReferenceCountUtil.release(packet);
    }
  }

  private void refuse(String reason) {
    if (client != null) {
      client.end(reason);
    } else {
      emulation.refused("", reason);
      socket.close();
    }
  }

  private void first(MqttMessage message) {
    if (!(message instanceof MqttConnectMessage connect)) {
      refuse("began with " + message.fixedHeader().messageType());
      return;
    }
    var fields =
        ConnectFields.of(
            door,
            webSocket.get(),
            socket.indicatedServerName(),
            socket.applicationLayerProtocol(),
            Certificates.of(socket.sslSession()),
            connect);
    emulation.connects().add(fields);
    Verdict verdict = judge(fields);
    if (!verdict.isAccepted()) {
      emulation.refused(fields.clientId(), verdict.reason());
      if (verdict.code() != Verdict.SILENCE) {
        socket.writeMessage(Packets.connack(false, verdict.code()));
      }
      socket.close();
      return;
    }
    Session session = emulation.open(fields);
    boolean present = !session.subscriptions.isEmpty();
    client = new Client(emulation, socket, fields, session);
    session.client = client;
    client.write(Packets.connack(present, 0));
    client.redeliver();
    watch(platform.keepAlive(fields.keepAliveSeconds()));
    platform.connected(client);
  }

  private Verdict judge(ConnectFields fields) {
    Integer code = emulation.faults().nextCode();
    if (code != null) {
      return Verdict.refused(code, "the test wants code " + code);
    }
    if (fields.level() != 4) {
      return Verdict.refused(1, "protocol level " + fields.level());
    }
    if (!door.protocols().isEmpty() && fields.protocol().isEmpty()) {
      return Verdict.closed("no ALPN at a door that needs it");
    }
    int bytes = fields.clientId().getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > platform.limits().clientIdBytes()) {
      return Verdict.refused(2, "client id of " + bytes + " bytes");
    }
    return platform.connect(fields);
  }

  /** Silence of one and a half keep-alives is an end (3.1.1, 3.1.2.10). */
  private void watch(int seconds) {
    if (seconds == 0 || !client.isConnected()) {
      return;
    }
    long limit = Duration.ofSeconds(seconds).toMillis() * 3 / 2;
    long silent = (System.nanoTime() - heard) / 1_000_000;
    if (silent >= limit) {
      client.end("silent for " + silent + " ms at a keep-alive of " + seconds + " s");
    } else {
      emulation.vertx().setTimer(limit - silent, ignored -> watch(seconds));
    }
  }

  private void handle(MqttMessage message) {
    switch (message.fixedHeader().messageType()) {
      case PUBLISH -> publish((MqttPublishMessage) message);
      case PUBACK -> acknowledged((MqttMessageIdVariableHeader) message.variableHeader());
      case SUBSCRIBE -> subscribe((MqttSubscribeMessage) message);
      case UNSUBSCRIBE -> unsubscribe((MqttUnsubscribeMessage) message);
      case PINGREQ -> client.write(Packets.pingresp());
      case DISCONNECT -> {
        client.gone(false, Emulation.GOODBYE);
        socket.close();
      }
      default -> client.end("unexpected " + message.fixedHeader().messageType());
    }
  }

  private void publish(MqttPublishMessage message) {
    var header = message.fixedHeader();
    var received =
        new Received(
            System.nanoTime(),
            client.id(),
            message.variableHeader().topicName(),
            ByteBufUtil.getBytes(message.payload()),
            header.qosLevel().value(),
            header.isRetain(),
            header.isDup(),
            Math.max(0, message.variableHeader().packetId()),
            false);
    String broken = broken(received);
    if (!broken.isEmpty()) {
      client.end(broken);
      return;
    }
    client.hold();
    platform.publish(client, received);
    List<Object> answers = client.release();
    if (!client.isConnected()) {
      return;
    }
    emulation.received().add(received);
    if (emulation.faults().endsAt(client.countPublish())) {
      client.end("the test ends it at this publish");
      return;
    }
    long delay = emulation.faults().ackDelay().toMillis() + platform.ackDelayMillis(client);
    if (received.qos() > 0 && !emulation.faults().losesAck()) {
      write(delay, List.of(Packets.puback(received.packetId())));
    }
    write(delay + emulation.faults().answerDelay().toMillis(), answers);
  }

  /** Which of the common limits a message breaks; empty when none. */
  private String broken(Received received) {
    Limits limits = platform.limits();
    int topic = received.topic().getBytes(StandardCharsets.UTF_8).length;
    if (received.qos() > limits.qos()) {
      return "published at QoS " + received.qos();
    }
    if (topic > limits.topicBytes()) {
      return "topic of " + topic + " bytes";
    }
    if (received.payload().length > limits.payloadBytes()) {
      return "payload of " + received.payload().length + " bytes";
    }
    return "";
  }

  private void write(long delayMillis, List<Object> packets) {
    if (delayMillis == 0) {
      packets.forEach(client::write);
    } else if (!packets.isEmpty()) {
      emulation.vertx().setTimer(delayMillis, ignored -> packets.forEach(client::write));
    }
  }

  private void acknowledged(MqttMessageIdVariableHeader header) {
    if (!client.session().acknowledge(header.messageId())) {
      client.end("PUBACK of a message that was not sent: " + header.messageId());
    }
  }

  private void subscribe(MqttSubscribeMessage message) {
    var subscriptions = message.payload().topicSubscriptions();
    boolean tooMany = subscriptions.size() > platform.limits().filters();
    var granted = new ArrayList<Integer>();
    var filters = new ArrayList<String>();
    for (MqttTopicSubscription subscription : subscriptions) {
      String filter = subscription.topicFilter();
      int qos = tooMany ? Client.REFUSED : grant(filter, subscription.qualityOfService().value());
      if (!client.isConnected()) {
        return;
      }
      granted.add(qos);
      if (qos != Client.REFUSED) {
        client.session().subscriptions.put(filter, qos);
        filters.add(filter);
      }
    }
    client.write(Packets.suback(message.variableHeader().messageId(), granted));
    filters.forEach(filter -> platform.subscribed(client, filter));
  }

  private int grant(String filter, int qos) {
    if (!Filters.isValid(filter)) {
      client.end("malformed filter " + filter);
      return Client.REFUSED;
    }
    var held = client.session().subscriptions;
    int granted = platform.subscribe(client, filter, Math.min(qos, platform.limits().qos()));
    boolean full = !held.containsKey(filter) && held.size() >= platform.limits().subscriptions();
    return full ? Client.REFUSED : granted;
  }

  private void unsubscribe(MqttUnsubscribeMessage message) {
    message.payload().topics().forEach(client.session().subscriptions::remove);
    client.write(Packets.unsuback(message.variableHeader().messageId()));
  }
}
