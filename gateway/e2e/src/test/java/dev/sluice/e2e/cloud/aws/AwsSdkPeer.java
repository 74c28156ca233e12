package dev.sluice.e2e.cloud.aws;

import com.amazonaws.services.iot.client.AWSIotDevice;
import com.amazonaws.services.iot.client.AWSIotDeviceProperty;
import com.amazonaws.services.iot.client.AWSIotException;
import com.amazonaws.services.iot.client.AWSIotMessage;
import com.amazonaws.services.iot.client.AWSIotMqttClient;
import com.amazonaws.services.iot.client.AWSIotQos;
import com.amazonaws.services.iot.client.AWSIotTopic;
import dev.sluice.e2e.cloud.Peer;
import dev.sluice.e2e.cloud.PemIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Amazon's device client, told what to do. */
final class AwsSdkPeer {

  private static final int LIMIT = 20_000;
  private static final int ATTEMPTS = 10;

  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private AWSIotMqttClient client;
  private Pump pump;

  public static void main(String[] arguments) throws IOException {
    var peer = new AwsSdkPeer();
    Peer.serve(
        Map.of(
            "connect", peer::connect,
            "publish", peer::publish,
            "subscribe", peer::subscribe,
            "received", peer::received,
            "attach", peer::attach,
            "period", peer::period,
            "get", peer::get,
            "update", peer::update,
            "delete", peer::delete,
            "disconnect", peer::disconnect));
  }

  private AwsSdkPeer() {}

  /** Endpoint, client id, certificate, key. */
  private String connect(List<String> arguments) throws Exception {
    var identity = PemIdentity.read(Path.of(arguments.get(2)), Path.of(arguments.get(3)));
    client =
        new AWSIotMqttClient(
            arguments.get(0), arguments.get(1), identity.context().getSocketFactory());
    client.setMaxConnectionRetries(0);
    client.setServerAckTimeout(LIMIT);
    client.connect(LIMIT);
    return client.getConnectionStatus().toString();
  }

  private String publish(List<String> arguments) throws Exception {
    client.publish(arguments.get(0), AWSIotQos.QOS1, arguments.get(1), LIMIT);
    return "published";
  }

  private String subscribe(List<String> arguments) throws Exception {
    for (String filter : arguments) {
      client.subscribe(new Listening(filter), LIMIT, true); // it would not wait without being told
    }
    return "subscribed";
  }

  /** The next message on a topic, or null. */
  private String received(List<String> arguments) throws InterruptedException {
    String next;
    do {
      next = received.poll(LIMIT, TimeUnit.MILLISECONDS);
    } while (next != null && !next.startsWith(arguments.get(0) + " "));
    return next == null ? "nothing" : next.substring(arguments.get(0).length() + 1);
  }

  private String attach(List<String> arguments) throws Exception {
    pump = new Pump(arguments.get(0));
    pump.setReportInterval(Long.parseLong(arguments.get(1)));
    client.attach(pump);
    return "attached";
  }

  private String period(List<String> arguments) throws InterruptedException {
    return String.valueOf(pump.changes.poll(LIMIT, TimeUnit.MILLISECONDS));
  }

  private String get(List<String> arguments) throws Exception {
    return named(() -> pump.get(LIMIT));
  }

  private String update(List<String> arguments) throws Exception {
    return named(
        () -> {
          pump.update(arguments.get(0), LIMIT);
          return "updated";
        });
  }

  private String delete(List<String> arguments) throws Exception {
    return named(
        () -> {
          pump.delete(LIMIT);
          return "deleted";
        });
  }

  private interface Request {
    String run() throws Exception;
  }

  /**
   * A refusal by the shadow is an answer here. The client drops its code when it comes before the
   * caller waits for it; then it is asked for again, and nothing was changed by what was refused.
   */
  private static String named(Request request) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        return request.run();
      } catch (AWSIotException e) {
        if (e.getErrorCode() != null || attempt == ATTEMPTS) {
          return e.getErrorCode() + " " + e.getMessage();
        }
      }
    }
  }

  private String disconnect(List<String> arguments) throws Exception {
    client.disconnect(LIMIT);
    return client.getConnectionStatus().toString();
  }

  private final class Listening extends AWSIotTopic {

    Listening(String filter) {
      super(filter, AWSIotQos.QOS1);
    }

    @Override
    public void onMessage(AWSIotMessage message) {
      received.add(message.getTopic() + " " + message.getStringPayload());
    }
  }

  /** A device with one property that the cloud may change. */
  public static final class Pump extends AWSIotDevice {

    private final BlockingQueue<Integer> changes = new LinkedBlockingQueue<>();

    @AWSIotDeviceProperty private int period = 10;

    Pump(String thing) {
      super(thing);
    }

    public int getPeriod() {
      return period;
    }

    public void setPeriod(int period) {
      this.period = period;
      changes.add(period);
    }
  }
}
