"""Reads what a simulated bus holds, as a client on pymodbus 3.0 does; one result per line."""

import sys

from pymodbus.client import ModbusSerialClient
from pymodbus.transaction import ModbusRtuFramer


def say(name, result, values):
    print(name, result if result.isError() else getattr(result, values), flush=True)


client = ModbusSerialClient(
    port=sys.argv[1], framer=ModbusRtuFramer, baudrate=19200, parity="N", timeout=2, retries=0
)
if not client.connect():
    sys.exit("cannot open " + sys.argv[1])
for unit in (1, 2, 17, 247):
    say("input", client.read_input_registers(2, 2, slave=unit), "registers")
say("holding", client.read_holding_registers(0, 2, slave=1), "registers")
say("coils", client.read_coils(0, 2, slave=1), "bits")
say("discrete", client.read_discrete_inputs(4, 2, slave=1), "bits")
say("beyond", client.read_holding_registers(1, 2, slave=1), "registers")
say("write", client.write_register(0, 1, slave=1), "registers")
for count in range(2):
    say("counter", client.read_input_registers(0, 2, slave=2), "registers")
client.close()
