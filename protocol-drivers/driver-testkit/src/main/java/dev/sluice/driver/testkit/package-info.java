/**
 * What the tests of a driver need: the promises of {@code dev.sluice.driver} as abstract tests, a
 * TCP proxy that breaks connections on demand, and a clock moved by hand.
 *
 * <p>A polled driver extends {@link dev.sluice.driver.testkit.DriverContractTest}, one whose
 * devices send by themselves {@link dev.sluice.driver.testkit.PushContractTest}. Only for tests;
 * never in the class path of a running gateway.
 */
@NullMarked
package dev.sluice.driver.testkit;

import org.jspecify.annotations.NullMarked;
