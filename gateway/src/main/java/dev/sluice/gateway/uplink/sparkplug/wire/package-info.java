/** Classes of the messages of Sparkplug B, made by the build from {@code sparkplug_b.proto}. */
@NullMarked
package dev.sluice.gateway.uplink.sparkplug.wire;

import org.jspecify.annotations.NullMarked;
