package dev.sluice.gateway;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The running verticles of one stage, by name. Read from anywhere; changed by one caller at a time.
 */
final class Deployed<V extends VerticleBase> {

  private record Entry<V>(V verticle, String deployment) {}

  private final Vertx vertx;

  /**
   * A verticle that is deployed from the context of another one is its child: it goes when that one
   * goes, and cannot be deployed while that one stops. So all are deployed from here, whoever asks.
   */
  private final Context home;

  private final Map<String, Entry<V>> running = new ConcurrentSkipListMap<>();

  /** Made outside of the verticles that it deploys. */
  Deployed(Vertx vertx) {
    this.vertx = vertx;
    this.home = vertx.getOrCreateContext();
  }

  Future<Void> deploy(String name, V verticle) {
    Promise<String> deployed = Promise.promise();
    home.runOnContext(nothing -> vertx.deployVerticle(verticle).onComplete(deployed));
    return deployed
        .future()
        .map(
            deployment -> {
              running.put(name, new Entry<>(verticle, deployment));
              return deployment;
            })
        .mapEmpty();
  }

  /** Undeploys; completes when the verticle has stopped. Nothing of that name is no failure. */
  Future<Void> undeploy(String name) {
    Entry<V> entry = running.remove(name);
    return entry == null ? Future.succeededFuture() : vertx.undeploy(entry.deployment);
  }

  Future<Void> undeployAll() {
    var all = new ArrayList<Future<Void>>();
    List.copyOf(running.keySet()).forEach(name -> all.add(undeploy(name)));
    return Future.join(all).mapEmpty();
  }

  @Nullable V find(String name) {
    Entry<V> entry = running.get(name);
    return entry == null ? null : entry.verticle;
  }

  Collection<String> names() {
    return List.copyOf(running.keySet());
  }

  Collection<V> verticles() {
    var verticles = new ArrayList<V>();
    running.values().forEach(entry -> verticles.add(entry.verticle));
    return verticles;
  }
}
