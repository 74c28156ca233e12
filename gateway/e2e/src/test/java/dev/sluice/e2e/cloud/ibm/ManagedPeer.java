package dev.sluice.e2e.cloud.ibm;

import com.google.gson.JsonParser;
import com.ibm.iotf.client.gateway.Command;
import com.ibm.iotf.client.gateway.GatewayCallback;
import com.ibm.iotf.client.gateway.Notification;
import com.ibm.iotf.devicemgmt.DeviceAction;
import com.ibm.iotf.devicemgmt.DeviceActionHandler;
import com.ibm.iotf.devicemgmt.DeviceData;
import com.ibm.iotf.devicemgmt.DeviceFirmware;
import com.ibm.iotf.devicemgmt.DeviceFirmwareHandler;
import com.ibm.iotf.devicemgmt.DeviceInfo;
import com.ibm.iotf.devicemgmt.gateway.ManagedGateway;
import dev.sluice.e2e.cloud.broker.PeerMain;
import io.vertx.core.json.JsonObject;
import java.util.Properties;

/** IBM's managed gateway, of the last client library that had one. */
final class ManagedPeer {

  private volatile ManagedGateway gateway;

  JsonObject perform(String what, JsonObject with) throws Exception {
    return switch (what) {
      case "managed connect" -> connect(with);
      case "managed event" -> {
        gateway.publishDeviceEvent(
            with.getString("type"),
            with.getString("id"),
            with.getString("event"),
            JsonParser.parseString(with.getString("data")),
            with.getInteger("qos"));
        yield new JsonObject();
      }
      case "managed commands" -> {
        gateway.subscribeToDeviceCommands(with.getString("type"), with.getString("id"), "+", 1);
        yield new JsonObject();
      }
      case "managed manage" ->
          outcome(
              gateway.sendGatewayManageRequest(with.getLong("lifetime"), true, true) ? 200 : 400);
      case "managed manage device" ->
          outcome(
              gateway.sendDeviceManageRequest(
                      with.getString("type"), with.getString("id"), 0, true, true)
                  ? 200
                  : 400);
      case "managed location" -> outcome(gateway.updateGatewayLocation(48.1, 11.5, 520.0));
      case "managed error code" -> outcome(gateway.addGatewayErrorCode(17));
      case "managed clear" -> outcome(gateway.clearGatewayErrorCodes());
      case "managed unmanage" -> outcome(gateway.sendGatewayUnmanageRequet() ? 200 : 400);
      case "managed leave" -> {
        gateway.disconnect();
        yield new JsonObject();
      }
      default -> throw new IllegalArgumentException(what);
    };
  }

  private static JsonObject outcome(int code) {
    return new JsonObject().put("rc", code);
  }

  private JsonObject connect(JsonObject with) throws Exception {
    var properties = new Properties();
    properties.setProperty("Organization-ID", WatsonIot.ORGANIZATION);
    properties.setProperty("Gateway-Type", with.getString("type"));
    properties.setProperty("Gateway-ID", with.getString("id"));
    properties.setProperty("Authentication-Method", "token");
    properties.setProperty("Authentication-Token", with.getString("token"));
    properties.setProperty("port", with.getInteger("port").toString());
    gateway =
        new ManagedGateway(
            properties,
            new DeviceData.Builder()
                .deviceInfo(new DeviceInfo.Builder().serialNumber("SN-1").model("edge").build())
                .build());
    gateway.setGatewayCallback(new Commands());
    gateway.connect(false);
    gateway.subscribeToGatewayNotification();
    gateway.addDeviceActionHandler(new Actions());
    gateway.addFirmwareHandler(new Firmware());
    return new JsonObject();
  }

  private static final class Commands implements GatewayCallback {

    @Override
    public void processCommand(Command command) {
      PeerMain.tellEvent(
          "command",
          new JsonObject()
              .put("device", command.getDeviceType() + ":" + command.getDeviceId())
              .put("command", command.getCommand())
              .put("data", command.getData().toString()));
    }

    @Override
    public void processNotification(Notification notification) {
      // Its client subscribes to them and drops them.
    }
  }

  private static final class Actions extends DeviceActionHandler {

    @Override
    public void handleReboot(DeviceAction action) {
      PeerMain.tellEvent(
          "reboot", new JsonObject().put("thing", action.getTypeId() + ":" + action.getDeviceId()));
      action.setStatus(DeviceAction.Status.ACCEPTED);
    }

    @Override
    public void handleFactoryReset(DeviceAction action) {
      action.setStatus(DeviceAction.Status.UNSUPPORTED);
    }
  }

  private static final class Firmware extends DeviceFirmwareHandler {

    @Override
    public void downloadFirmware(DeviceFirmware firmware) {
      PeerMain.tellEvent("download", new JsonObject().put("uri", firmware.getUrl()));
      firmware.setState(DeviceFirmware.FirmwareState.DOWNLOADING);
      firmware.setState(DeviceFirmware.FirmwareState.DOWNLOADED);
    }

    @Override
    public void updateFirmware(DeviceFirmware firmware) {
      firmware.setState(DeviceFirmware.FirmwareState.IDLE);
    }
  }
}
