package dev.sluice.driver.text;

import dev.sluice.driver.text.frame.Framer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a device says what it has to say, and how it is asked for it. Immutable.
 *
 * @param framer makes one for what the device sends
 * @param asking null for a device that sends by itself
 */
record DeviceForm(Supplier<Framer> framer, Extraction extraction, @Nullable Asking asking) {}
