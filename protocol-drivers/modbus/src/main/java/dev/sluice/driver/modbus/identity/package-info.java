/**
 * Who a device says it is: functions 43/14 and 17. Their PDUs are written and read by j2mod; only
 * where a reply ends is found here, which a bus has to know before all of it has come.
 */
@NullMarked
package dev.sluice.driver.modbus.identity;

import org.jspecify.annotations.NullMarked;
