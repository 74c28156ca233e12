package dev.sluice.e2e.cloud.azure;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.auth.IotHubSasToken;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.transport.NoRetry;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.device.twin.Twin;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderSymmetricKey;
import dev.sluice.e2e.cloud.Peer;
import dev.sluice.e2e.cloud.PemIdentity;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Microsoft's device client, told what to do. */
public final class AzureSdkPeer {

  private static final int PATIENCE = 1_500;
  private static final int ATTEMPTS = 12;

  private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
  private DeviceClient client;

  public static void main(String[] arguments) throws IOException {
    var peer = new AzureSdkPeer();
    Peer.serve(
        Map.ofEntries(
            Map.entry("open", peer::open),
            Map.entry("openWithCertificate", peer::openWithCertificate),
            Map.entry("openOverWebSocket", peer::openOverWebSocket),
            Map.entry("send", peer::send),
            Map.entry("twin", peer::twin),
            Map.entry("report", peer::report),
            Map.entry("listen", peer::listen),
            Map.entry("arrived", peer::arrived),
            Map.entry("close", peer::close),
            Map.entry("sign", AzureSdkPeer::sign),
            Map.entry("token", AzureSdkPeer::token),
            Map.entry("derive", AzureSdkPeer::derive),
            Map.entry("register", AzureSdkProvisioning::register)));
  }

  private String open(List<String> arguments) throws Exception {
    var options =
        ClientOptions.builder()
            .sasTokenExpiryTime(Long.parseLong(arguments.get(1)))
            .keepAliveInterval(30)
            .build();
    return open(new DeviceClient(arguments.get(0), IotHubClientProtocol.MQTT, options));
  }

  private String openWithCertificate(List<String> arguments) throws Exception {
    var identity = PemIdentity.read(Path.of(arguments.get(1)), Path.of(arguments.get(2)));
    var options = ClientOptions.builder().sslContext(identity.context()).build();
    return open(new DeviceClient(arguments.get(0), IotHubClientProtocol.MQTT, options));
  }

  private String openOverWebSocket(List<String> arguments) throws Exception {
    return open(new DeviceClient(arguments.get(0), IotHubClientProtocol.MQTT_WS));
  }

  private String open(DeviceClient opened) throws Exception {
    client = opened;
    client.setRetryPolicy(new NoRetry());
    client.setConnectionStatusChangeCallback(
        change ->
            arrived.add("status " + change.getNewStatus() + " " + change.getNewStatusReason()),
        null);
    client.setMessageCallback(
        (message, context) -> {
          arrived.add(
              "message "
                  + new String(message.getBytes(), StandardCharsets.UTF_8)
                  + " "
                  + message.getProperty("a"));
          return IotHubMessageResult.COMPLETE;
        },
        null);
    client.open(false);
    return "open";
  }

  private String send(List<String> arguments) throws Exception {
    var message = new Message(arguments.get(0));
    message.setContentType("application/json");
    message.setContentEncoding("utf-8");
    message.setMessageId(arguments.get(1));
    message.setProperty(arguments.get(2), arguments.get(3));
    client.sendEvent(message);
    return "sent";
  }

  private String twin(List<String> arguments) throws Exception {
    Twin twin = patiently(() -> client.getTwin(PATIENCE));
    return twin.getDesiredProperties().getVersion()
        + " "
        + twin.getReportedProperties().getVersion()
        + " "
        + twin.getDesiredProperties().get("period");
  }

  private String report(List<String> arguments) throws Exception {
    var properties = new TwinCollection();
    properties.put(arguments.get(0), arguments.get(1));
    return String.valueOf(
        patiently(() -> client.updateReportedProperties(properties, PATIENCE)).getVersion());
  }

  /**
   * The client (2.5.0) loses an answer now and then: one thread of it wakes another one before it
   * looks up who waits for the answer, and that one strikes him off the list.
   */
  private static <T> T patiently(Callable<T> request) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        return request.call();
      } catch (IotHubClientException e) {
        if (attempt == ATTEMPTS || !e.getMessage().startsWith("Timed out")) {
          throw e;
        }
      }
    }
  }

  private String listen(List<String> arguments) throws Exception {
    client.subscribeToDesiredProperties(
        (twin, context) ->
            arrived.add(
                "desired "
                    + twin.getDesiredProperties().getVersion()
                    + " "
                    + twin.getDesiredProperties().get("period")),
        null);
    client.subscribeToMethods(
        (method, payload, context) ->
            method.equals("echo")
                ? new DirectMethodResponse(200, payload.getPayloadAsJsonString())
                : new DirectMethodResponse(404, "no such method"),
        null);
    return "listens";
  }

  /** The next of what came from the hub by itself that begins so. */
  private String arrived(List<String> arguments) throws InterruptedException {
    String next;
    do {
      next = arrived.poll(40, TimeUnit.SECONDS);
    } while (next != null && !next.startsWith(arguments.get(0)));
    return String.valueOf(next);
  }

  private String close(List<String> arguments) {
    client.close();
    return "closed";
  }

  /** The signature of a resource as it stands in a token: until a second since 1970, with a key. */
  private static String sign(List<String> arguments) throws Exception {
    Constructor<?> signature =
        Class.forName("com.microsoft.azure.sdk.iot.device.auth.Signature")
            .getConstructor(String.class, long.class, String.class);
    signature.setAccessible(true);
    long expiry = Long.parseLong(arguments.get(1));
    return signature.newInstance(arguments.get(0), expiry, arguments.get(2)).toString();
  }

  /** The token of a device: of a host, an id, a key and a second since 1970. */
  private static String token(List<String> arguments) {
    long expiry = Long.parseLong(arguments.get(3));
    return new IotHubSasToken(
            arguments.get(0), arguments.get(1), arguments.get(2), null, null, expiry)
        .toString();
  }

  private static String derive(List<String> arguments) throws Exception {
    byte[] key =
        SecurityProviderSymmetricKey.ComputeDerivedSymmetricKey(
            arguments.get(0).getBytes(StandardCharsets.UTF_8), arguments.get(1));
    return new String(key, StandardCharsets.UTF_8);
  }

  private AzureSdkPeer() {}
}
