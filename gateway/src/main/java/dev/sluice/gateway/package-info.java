/** The gateway: its entry and the place where its stages are put together. */
@NullMarked
package dev.sluice.gateway;

import org.jspecify.annotations.NullMarked;
