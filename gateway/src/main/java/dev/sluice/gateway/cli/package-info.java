/** The command line: what a person types, and what it answers. The only place that prints. */
@NullMarked
package dev.sluice.gateway.cli;

import org.jspecify.annotations.NullMarked;
