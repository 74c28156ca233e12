/**
 * From {@code sluice.yaml} to the option records of the stages.
 *
 * <pre>
 *   bytes -> YamlSource    a tree of JSON nodes, and the line that each came from
 *         -> Secrets       ${env:X} and ${file:path} put in
 *         -> SchemaCheck   one JSON Schema: the host's, merged with the fragments of the drivers
 *         -> readers       records; what no schema can see (names that refer to each other, files)
 *         -> DriverCheck   each driver makes its lines and devices, opening nothing
 *         -> GatewayConfig
 * </pre>
 *
 * <p>Whatever the bytes are, the outcome is either a configuration or a {@link
 * dev.sluice.gateway.config.ConfigException} that names everything found wrong, each with its line.
 */
@NullMarked
package dev.sluice.gateway.config;

import org.jspecify.annotations.NullMarked;
