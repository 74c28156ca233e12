package dev.sluice.gateway.uplink.thingsboard;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.ThingsboardOptions.Provision;
import dev.sluice.gateway.uplink.credential.Credentials;
import dev.sluice.gateway.uplink.mqtt.Errand;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.MqttSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the login of a gateway that has none: connects as {@code provision}, asks with key and
 * secret of a device profile, and keeps what is answered before it is used. Once only: what is kept
 * is used until somebody takes the file away. Of the context of the uplink.
 */
final class Provisioning {

  private static final Logger LOG = LoggerFactory.getLogger(Provisioning.class);

  private static final String USER = "provision";
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);
  private static final int WINDOW_BYTES = 64 << 10;
  private static final int SHOWN = 200;

  private final ThingsboardForm form;
  private final Provision provision;
  private final LoginFile file;
  private final TimeSource time;
  private @Nullable Login known;
  private @Nullable Future<Login> underWay;

  /** How a dialogue ended for which nobody waited any more. */
  private @Nullable Throwable untold;

  Provisioning(ThingsboardForm form, Provision provision, LoginFile file, TimeSource time) {
    this.form = form;
    this.provision = provision;
    this.file = file;
    this.time = time;
  }

  /** Fails with a {@link LinkException}. What takes too long for one attempt is for the next. */
  Future<Login> login(Context context, Credentials with) {
    if (known != null) {
      return Future.succeededFuture(known);
    }
    Throwable former = untold;
    if (former != null) {
      untold = null;
      return Future.failedFuture(former);
    }
    Future<Login> running = underWay;
    if (running == null) {
      running = kept(context).compose(login -> kept(login, context, with));
      running.onSuccess(login -> known = login).onComplete(ignored -> underWay = null);
      underWay = running.isComplete() ? null : running;
    }
    return within(running, context.owner());
  }

  private Future<Login> within(Future<Login> dialogue, Vertx vertx) {
    Promise<Login> first = Promise.promise();
    dialogue
        .onSuccess(first::tryComplete)
        .onFailure(error -> untold = first.tryFail(error) ? null : error);
    long timer =
        vertx.setTimer(
            PATIENCE.toMillis(),
            ignored ->
                first.tryFail(
                    new LinkException(
                        LinkFailure.NOT_PREPARED,
                        "provisioning: the server has not answered yet",
                        null)));
    return first.future().onComplete(ignored -> vertx.cancelTimer(timer));
  }

  private Future<Login> kept(@Nullable Login login, Context context, Credentials with) {
    return login == null ? asked(context, with) : Future.succeededFuture(login);
  }

  private Future<@Nullable Login> kept(Context context) {
    return context
        .executeBlocking(file::read, false)
        .recover(error -> Future.failedFuture(unusable(error)))
        .compose(
            answer -> {
              try {
                return Future.succeededFuture(answer == null ? null : login(answer));
              } catch (LinkException e) {
                return Future.failedFuture(e);
              }
            });
  }

  private static LinkException unusable(Throwable error) {
    return new LinkException(LinkFailure.NOT_PREPARED, String.valueOf(error.getMessage()), error);
  }

  private Future<Login> asked(Context context, Credentials with) {
    return Errand.open(context.owner(), settings(with), time, List.of())
        .compose(
            errand ->
                errand
                    .ask(
                        Said.message(Topics.PROVISION_REQUEST, request(), null),
                        message -> message.topic().equals(Topics.PROVISION_RESPONSE),
                        PATIENCE)
                    .eventually(errand::close))
        .compose(answer -> keep(answer, context));
  }

  /** The server answers without a subscription, and acknowledges none. */
  private MqttSettings settings(Credentials with) {
    return new MqttSettings(
            provision.host(),
            provision.port(),
            provision.encrypted() ? with.tls() : null,
            form.clientId(),
            USER,
            null,
            KEEP_ALIVE,
            PATIENCE,
            PATIENCE,
            1,
            WINDOW_BYTES)
        .by(null, provision.proxy());
  }

  private Map<String, Object> request() {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("deviceName", provision.deviceName());
    request.put("provisionDeviceKey", provision.key());
    request.put("provisionDeviceSecret", provision.secret());
    request.put("gateway", true);
    return request;
  }

  private Future<Login> keep(Incoming answer, Context context) {
    Login login;
    try {
      login = login(Documents.read(answer.payload(), Wishes.DEPTH));
    } catch (DocumentException e) {
      return Future.failedFuture(unusable(e));
    } catch (LinkException e) {
      return Future.failedFuture(e);
    }
    return context
        .<Void>executeBlocking(
            () -> {
              file.write(answer.payload());
              return null;
            },
            false)
        .recover(
            error -> {
              LOG.atError()
                  .addKeyValue("uplink", form.uplink())
                  .addKeyValue("file", file)
                  .addKeyValue("reason", error.toString())
                  .log("login not kept: after a restart the server refuses to give it again");
              return Future.succeededFuture();
            })
        .map(
            ignored -> {
              LOG.atInfo()
                  .addKeyValue("uplink", form.uplink())
                  .addKeyValue("device", provision.deviceName())
                  .addKeyValue("file", file)
                  .log("provisioned");
              return login;
            });
  }

  private Login login(Map<String, Object> answer) throws LinkException {
    Object status = answer.containsKey("status") ? answer.get("status") : "without a status";
    if (!"SUCCESS".equals(status)) {
      throw new LinkException(
          LinkFailure.NOT_PROVISIONED,
          shown(status) + " " + shown(answer.getOrDefault("errorMsg", "")) + hint(status),
          null);
    }
    Object value = answer.get("credentialsValue");
    if ("ACCESS_TOKEN".equals(answer.get("credentialsType")) && value instanceof String token) {
      return Login.of(form.clientId(), token, null);
    }
    if ("MQTT_BASIC".equals(answer.get("credentialsType")) && value instanceof Map<?, ?> basic) {
      return Login.of(
          text(basic.get("clientId"), form.clientId()),
          text(basic.get("userName"), ""),
          text(basic.get("password"), ""));
    }
    throw new LinkException(
        LinkFailure.NOT_PREPARED,
        "provisioning: credentials of type " + shown(answer.get("credentialsType")),
        null);
  }

  private static String hint(@Nullable Object status) {
    if ("NOT_FOUND".equals(status)) {
      return "; key or secret are not those of a device profile that lets devices in";
    }
    return "FAILURE".equals(status)
        ? "; a device of this name exists already: delete it there, or use its token here"
        : "";
  }

  private static String text(@Nullable Object value, String otherwise) {
    return value instanceof String text && !text.isEmpty() ? text : otherwise;
  }

  private static String shown(@Nullable Object value) {
    String text = String.valueOf(value).replaceAll("\\p{Cntrl}", " ");
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
