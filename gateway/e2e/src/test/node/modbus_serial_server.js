/*
 * A Modbus RTU server on npm's modbus-serial, a peer of the end-to-end tests.
 *
 *   node modbus_serial_server.js PATH
 *
 * Serves unit 1 on a serial port at 115200 8N1. Prints on standard output, one line each, what it
 * holds ("point NAME UNIT AT TYPE ORDER VALUE"), then "listening PATH". Ends when standard input
 * does: it cannot outlive the test that started it.
 */
"use strict";

const { ServerSerial } = require("modbus-serial");

const path = process.argv[2];
const UNIT = 1;

/* Every address holds something, and no two that lie near hold the same. */
const holding = (address) => (address * 31 + 7) & 0xffff;
const input = (address) => (address * 257 + 40000) & 0xffff;
const coil = (address) => address % 3 === 0;
const discrete = (address) => address % 5 === 1;

const int32 = (at) => (holding(at) << 16) | holding(at + 1);
const float64 = (at) => {
  const bytes = Buffer.alloc(8);
  for (let i = 0; i < 4; i++) {
    bytes.writeUInt16BE(input(at + i), 2 * i);
  }
  return bytes.readDoubleBE(0);
};

function print(name, at, type, value) {
  console.log(`point ${name} ${UNIT} ${at} ${type} ABCD ${value}`);
}

for (let i = 0; i < 60; i++) {
  print(`h${i}`, `holding:${100 + i}`, "uint16", holding(100 + i));
  print(`i${i}`, `input:${200 + i}`, "uint16", input(200 + i));
  print(`coil${i}`, `coil:${10 + i}`, "bool", coil(10 + i));
  print(`discrete${i}`, `discrete:${20 + i}`, "bool", discrete(20 + i));
}
for (let i = 0; i < 10; i++) {
  print(`h32_${i}`, `holding:${300 + 2 * i}`, "int32", int32(300 + 2 * i));
  print(`i64_${i}`, `input:${400 + 4 * i}`, "float64", float64(400 + 4 * i));
}

const server = new ServerSerial(
  {
    getCoil: coil,
    getDiscreteInput: discrete,
    getHoldingRegister: holding,
    getInputRegister: input,
  },
  { port: path, baudRate: 115200, unitID: UNIT, interval: 5 },
);
server.on("initialized", () => console.log(`listening ${path}`));
server.on("error", (error) => console.error(String(error)));

process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
