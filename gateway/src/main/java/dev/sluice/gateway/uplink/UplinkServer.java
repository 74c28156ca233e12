package dev.sluice.gateway.uplink;

/**
 * With which of its servers an uplink is, or tries to be.
 *
 * @param index of the server in the list, from 0
 * @param count of servers in the list
 * @param address without what may be secret
 * @param loopback what is known of the loop-back check: {@code off}, {@code pending}, {@code
 *     delivered}, {@code not_allowed} or {@code dropped}
 */
public record UplinkServer(int index, int count, String address, String loopback) {}
