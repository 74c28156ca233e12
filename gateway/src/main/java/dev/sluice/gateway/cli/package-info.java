/**
 * The command {@code sluice}: reads arguments, prints, and answers with an exit code. 0 all is well;
 * 1 it did not work; 2 the configuration or the arguments are wrong.
 */
@NullMarked
package dev.sluice.gateway.cli;

import org.jspecify.annotations.NullMarked;
