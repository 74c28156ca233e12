package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cloud.broker.Received;
import dev.sluice.e2e.cloud.google.Device;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The packaged gateway as a device of the platform: outages, renewals and limits lose nothing, and
 * what is wanted is done.
 */
class ClearbladeTest extends ClearbladeRig {

  private JsonObject state(String device) {
    List<Received> all = platform.broker().received("/devices/" + device + "/state");
    return all.isEmpty() ? new JsonObject() : all.get(all.size() - 1).json();
  }

  private JsonObject config(String device) {
    return state(device).getJsonObject("config", new JsonObject());
  }

  @Test
  void outageRenewalAndTheLimitUnderLoadLoseNothing() {
    try (var server = LibmodbusServer.start(10)) {
      Site site =
          Site.twoThousandReadings(directory, server)
              .uplinks(uplink("attach: true, tokenLifetime: 10s"))
              .linger("500ms");
      try (var gateway = start(site)) {
        await(gateway, "data of all", () -> topics().size() == 10);
        assertThat(topics())
            .as("unit-10 is not in the registry, so it goes by the gateway's own topic")
            .contains("/devices/e2e/events", "/devices/unit-1/events", "/devices/unit-9/events")
            .doesNotContain("/devices/unit-10/events");
        await(gateway, "also after a renewal", () -> platform.attached("e2e").size() == 9);
        gateway.awaitLog("attach_refused.*unit-10", 0, LIMIT);
        registry.with(Device.behind("e2e", "unit-10"));
        await(
            gateway,
            "what the registry has now, without a restart",
            () -> topics().contains("/devices/unit-10/events"));

        platform.broker().faults().refuse(UNAVAILABLE, Integer.MAX_VALUE);
        platform.broker().cut(CLIENT, "outage");
        Eventually.pass(OUTAGE);
        platform.broker().faults().refuse(0, 0);
        awaitAll(gateway, server, "outage of " + OUTAGE.toSeconds() + " s");

        long before = endings().stream().filter("disconnect"::equals).count();
        await(
            gateway,
            "renewed in flight",
            () -> endings().stream().filter("disconnect"::equals).count() >= before + 1);
        awaitAll(gateway, server, "renewal");

        platform.perSecond(15);
        await(
            gateway,
            "cut for sending too much",
            () -> endings().contains("more than 15 messages in a second"));
        platform.perSecond(100);
        awaitAll(gateway, server, "cut by limit");
        assertThat(endings()).doesNotContain("token expired");
        assertThat(platform.refusals()).isEmpty();
        gateway.stopInOrder();
      }
    }
  }

  @Test
  void whatIsWantedIsWrittenOnceAndAnsweredAndWhatIsNoneIsNamed() {
    try (var server = LibmodbusServer.start(1)) {
      Site site = writable(server).uplinks(uplink("attach: true"));
      String wanted = "{\"version\":3,\"devices\":{\"unit-1\":{\"setpoint\":4321,\"counter\":1}}}";
      platform.config("e2e", Buffer.buffer(wanted));
      try (var gateway = start(site)) {
        await(gateway, "reported", () -> config("e2e").containsKey("code"));
        await(gateway, "told by the server", () -> server.writes(1, SETPOINT) == 1);
        assertThat(config("e2e").getInteger("version")).isEqualTo(3);
        assertThat(config("e2e").getJsonObject("errors").fieldNames())
            .containsExactly("unit-1/counter");
        await(
            gateway,
            "read back",
            () -> Integer.valueOf(4_321).equals(ledger().latest("unit-1").get("setpoint")));

        int connects = platform.broker().connects().size();
        platform.broker().cut(CLIENT, "to have the configuration sent again");
        await(
            gateway,
            "subscribed again",
            () ->
                platform.broker().connects().size() > connects
                    && platform.command("unit-1", "stop", Buffer.buffer("{}")));
        await(gateway, "answered", () -> !answers().isEmpty());
        assertThat(answers().get(0).getInteger("code")).as("no such method").isEqualTo(404);
        assertThat(server.writes(1, SETPOINT)).as("not again").isEqualTo(1);

        platform.command(
            "unit-1", "", Buffer.buffer("{\"id\":\"c-7\",\"point\":\"setpoint\",\"value\":77}"));
        await(
            gateway,
            "written",
            () -> answers().stream().anyMatch(a -> a.getString("id").equals("c-7")));
        assertThat(answers())
            .last()
            .satisfies(a -> assertThat(a.getInteger("code")).isEqualTo(200));
        await(gateway, "told by the server", () -> server.writes(1, SETPOINT) == 2);

        platform.config("unit-1", Buffer.buffer("{\"setpoint\":55}"));
        await(gateway, "of the device", () -> config("unit-1").getInteger("code", 0) == 200);
        await(gateway, "told by the server", () -> server.writes(1, SETPOINT) == 3);

        platform.config(
            "e2e", Buffer.buffer(Base64.getEncoder().encodeToString(wanted.getBytes())));
        await(gateway, "malformed", () -> config("e2e").getInteger("code", 0) == 400);
        assertThat(config("e2e").getString("detail")).contains("was it encoded twice?");
        assertThat(state("e2e").getJsonObject("counts").getInteger("malformed_config"))
            .isEqualTo(1);
        assertThat(endings())
            .as("no rule was broken")
            .containsOnlyOnce("to have the configuration sent again")
            .isSubsetOf("to have the configuration sent again", "lost");
        gateway.stopInOrder();
      }
    }
  }
}
