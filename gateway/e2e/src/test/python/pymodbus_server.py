"""A Modbus server on pymodbus 3.0, the second independent peer of the end-to-end tests.

    pymodbus_server.py tcp | rtu-over-tcp | rtu PATH

Listens on a free port of the loopback, or on a serial port at 115200 8N1. Prints on standard
output, one line each, what unit 1 holds ("point NAME UNIT AT TYPE ORDER VALUE", VALUE being the
rest of the line), then "listening PORT" or "listening PATH". Ends when standard input does: it
cannot outlive the test that started it.
"""

import asyncio
import os
import sys
import threading

from pymodbus.constants import Endian
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.payload import BinaryPayloadBuilder
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

# What the letters mean to pymodbus: (order of bytes in a word, order of words).
ORDERS = {
    "ABCD": (Endian.Big, Endian.Big),
    "CDAB": (Endian.Big, Endian.Little),
    "BADC": (Endian.Little, Endian.Big),
    "DCBA": (Endian.Little, Endian.Little),
}
NUMBERS = {
    "int32": ("add_32bit_int", [-(2**31), 2**31 - 1, -123456789]),
    "uint32": ("add_32bit_uint", [0, 2**32 - 1, 3000000000]),
    "int64": ("add_64bit_int", [-(2**63), 2**63 - 1, -9007199254740993]),
    "uint64": ("add_64bit_uint", [0, 2**64 - 1, 9007199254740993]),
    "float32": ("add_32bit_float", [21.5, -273.15, 1e-38]),
    "float64": ("add_64bit_float", [2.718281828459045, -1e-300, 123456789.123]),
}
START = 300


def table():
    """The registers from START on, and the lines that tell what they hold."""
    registers, lines = [], []

    def add(name, type_, order, value, words):
        at = START + len(registers)
        registers.extend(words)
        for kind in ("holding", "input"):
            lines.append(f"point {kind[0]}_{name} 1 {kind}:{at} {type_} {order} {value}")

    for order, (byte_order, word_order) in ORDERS.items():
        for type_, (method, values) in NUMBERS.items():
            for i, value in enumerate(values):
                builder = BinaryPayloadBuilder(byteorder=byte_order, wordorder=word_order)
                getattr(builder, method)(value)
                words = [int.from_bytes(b, "big") for b in builder.build()]
                add(f"{type_}_{order}_{i}", type_, order, repr(value), words)
    for i, value in enumerate([-(2**15), 2**15 - 1, -2]):
        add(f"int16_{i}", "int16", "ABCD", value, [value & 0xFFFF])
    for i, value in enumerate([0, 2**16 - 1, 4660]):
        add(f"uint16_{i}", "uint16", "ABCD", value, [value])
    text = b"Tank 12 / north "
    words = [int.from_bytes(text[i : i + 2], "big") for i in range(0, len(text), 2)]
    add("text", f"string:{len(words)}", "ABCD", text.decode().rstrip(), words)
    return registers, lines


async def main(medium):
    registers, lines = table()
    bits = [i % 4 == 0 for i in range(50)]
    for i, bit in enumerate(bits):
        for kind in ("coil", "discrete"):
            lines.append(f"point {kind}{i} 1 {kind}:{10 + i} bool ABCD {str(bit).lower()}")

    # zero_mode: an address on the wire is an index of the block.
    words = ModbusSequentialDataBlock(0, [0] * START + registers)
    flags = ModbusSequentialDataBlock(0, [False] * 10 + bits)
    slave = ModbusSlaveContext(hr=words, ir=words, co=flags, di=flags, zero_mode=True)
    context = ModbusServerContext(slaves={1: slave}, single=False)
    identity = ModbusDeviceIdentification(
        info_name={"VendorName": "Pymodbus", "ProductCode": "PM", "MajorMinorRevision": "3.0"}
    )
    if medium == "rtu":
        server = ModbusSerialServer(
            context,
            identity=identity,
            port=sys.argv[2],
            baudrate=115200,
            bytesize=8,
            parity="N",
            stopbits=1,
            timeout=0.005,
        )
        await server.start()
        listening = sys.argv[2]
        serving = asyncio.ensure_future(server.serve_forever())
    else:
        framer = ModbusSocketFramer if medium == "tcp" else ModbusRtuFramer
        server = ModbusTcpServer(
            context,
            framer=framer,
            identity=identity,
            address=("127.0.0.1", 0),
            allow_reuse_address=True,
        )
        serving = asyncio.ensure_future(server.serve_forever())
        await server.serving
        listening = server.server.sockets[0].getsockname()[1]
    for line in lines:
        print(line)
    print("listening", listening, flush=True)
    await serving


def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
asyncio.run(main(sys.argv[1]))
