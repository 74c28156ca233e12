package dev.sluice.e2e.cloud.ibm;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.ibm.wiotp.sdk.AbstractClient;
import com.ibm.wiotp.sdk.app.ApplicationClient;
import com.ibm.wiotp.sdk.app.callbacks.EventCallback;
import com.ibm.wiotp.sdk.app.config.ApplicationConfig;
import com.ibm.wiotp.sdk.app.config.ApplicationConfigAuth;
import com.ibm.wiotp.sdk.app.config.ApplicationConfigIdentity;
import com.ibm.wiotp.sdk.app.config.ApplicationConfigOptions;
import com.ibm.wiotp.sdk.app.messages.Event;
import com.ibm.wiotp.sdk.codecs.JsonCodec;
import com.ibm.wiotp.sdk.device.Command;
import com.ibm.wiotp.sdk.device.CommandCallback;
import com.ibm.wiotp.sdk.device.DeviceClient;
import com.ibm.wiotp.sdk.device.config.DeviceConfig;
import com.ibm.wiotp.sdk.device.config.DeviceConfigAuth;
import com.ibm.wiotp.sdk.device.config.DeviceConfigIdentity;
import com.ibm.wiotp.sdk.device.config.DeviceConfigOptions;
import com.ibm.wiotp.sdk.gateway.GatewayClient;
import com.ibm.wiotp.sdk.gateway.config.GatewayConfig;
import dev.sluice.e2e.cloud.broker.PahoPeer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * IBM's clients: gateway, device, application and managed gateway; Paho besides, for what is wrong.
 */
public final class IbmPeer extends PahoPeer {

  private final Map<String, AbstractClient> clients = new ConcurrentHashMap<>();
  private final ManagedPeer managed = new ManagedPeer();

  private IbmPeer() {}

  public static void main(String[] arguments) throws IOException {
    new IbmPeer().serve();
  }

  @Override
  protected io.vertx.core.json.JsonObject perform(String what, io.vertx.core.json.JsonObject with)
      throws Exception {
    String name = with.getString("client");
    switch (what) {
      case "gateway" -> gateway(name, with);
      case "device" -> device(name, with);
      case "application" -> application(name, with);
      case "own event" ->
          sent(
              ((DeviceClient) clients.get(name))
                  .publishEvent(with.getString("event"), data(with), with.getInteger("qos")));
      case "event" ->
          sent(
              ((GatewayClient) clients.get(name))
                  .publishDeviceEvent(
                      with.getString("type"),
                      with.getString("id"),
                      with.getString("event"),
                      data(with),
                      with.getInteger("qos")));
      case "command" ->
          sent(
              ((ApplicationClient) clients.get(name))
                  .publishCommand(
                      with.getString("type"),
                      with.getString("id"),
                      with.getString("command"),
                      data(with),
                      1));
      case "leave" -> clients.remove(name).disconnect();
      default -> {
        return what.startsWith("managed") ? managed.perform(what, with) : super.perform(what, with);
      }
    }
    return new io.vertx.core.json.JsonObject();
  }

  private static void sent(boolean sent) {
    if (!sent) {
      throw new IllegalStateException("the client did not send it");
    }
  }

  private static JsonObject data(io.vertx.core.json.JsonObject with) {
    return JsonParser.parseString(with.getString("data")).getAsJsonObject();
  }

  private void gateway(String name, io.vertx.core.json.JsonObject with) throws Exception {
    var config =
        new GatewayConfig(
            identity(with), new DeviceConfigAuth(with.getString("token")), options(with));
    enter(name, new GatewayClient(config));
  }

  private void device(String name, io.vertx.core.json.JsonObject with) throws Exception {
    var config =
        new DeviceConfig(
            identity(with), new DeviceConfigAuth(with.getString("token")), options(with));
    enter(name, new DeviceClient(config));
  }

  private void enter(String name, DeviceClient client) throws Exception {
    client.registerCodec(new JsonCodec());
    client.registerCommandCallback(new Commands(name));
    client.connect();
    clients.put(name, client);
  }

  private static DeviceConfigIdentity identity(io.vertx.core.json.JsonObject with) {
    return new DeviceConfigIdentity(
        WatsonIot.ORGANIZATION, with.getString("type"), with.getString("id"));
  }

  private static DeviceConfigOptions options(io.vertx.core.json.JsonObject with) {
    var options = new DeviceConfigOptions();
    options.mqtt.port = with.getInteger("port");
    return options;
  }

  private void application(String name, io.vertx.core.json.JsonObject with) throws Exception {
    var options = new ApplicationConfigOptions();
    options.mqtt.port = with.getInteger("port");
    var client =
        new ApplicationClient(
            new ApplicationConfig(
                new ApplicationConfigIdentity("far-end"),
                new ApplicationConfigAuth(WatsonIot.API_KEY, WatsonIot.API_TOKEN),
                options));
    client.registerCodec(new JsonCodec());
    client.registerEventCallback(new Events(name));
    client.connect();
    client.subscribeToDeviceEvents();
    clients.put(name, client);
  }

  private record Commands(String name) implements CommandCallback<JsonObject> {

    @Override
    public void processCommand(Command<JsonObject> command) {
      tellEvent(
          "command",
          new io.vertx.core.json.JsonObject()
              .put("client", name)
              .put("command", command.getCommandId())
              .put("data", command.getData().toString()));
    }

    @Override
    public Class<JsonObject> getMessageClass() {
      return JsonObject.class;
    }
  }

  private record Events(String name) implements EventCallback<JsonObject> {

    @Override
    public void processEvent(Event<JsonObject> event) {
      tellEvent(
          "event",
          new io.vertx.core.json.JsonObject()
              .put("client", name)
              .put("device", event.getTypeId() + ":" + event.getDeviceId())
              .put("name", event.getEventId())
              .put("data", event.getData().toString()));
    }

    @Override
    public Class<JsonObject> getMessageClass() {
      return JsonObject.class;
    }
  }
}
