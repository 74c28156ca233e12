// A Modbus RTU server on modbus-serial, a peer of the end-to-end tests.
//
//   modbus_serial_server.js PATH
//
// Speaks on a serial port at 115200 8N1. Prints what unit 1 holds, one line each ("point NAME UNIT
// AT TYPE ORDER VALUE"), then "listening PATH". Ends when standard input does: it cannot outlive the
// test that started it.
const ModbusRTU = require("modbus-serial");

const path = process.argv[2];
const SIZE = 1000;
const holding = new Uint16Array(SIZE);
const input = new Uint16Array(SIZE);
const flag = (address) => address % 3 === 0;
const lines = [];

let next = 100;
function add(name, type, write, value) {
  const bytes = Buffer.alloc(8);
  const words = write(bytes) / 2;
  for (let i = 0; i < words; i++) {
    holding[next + i] = input[next + i] = bytes.readUInt16BE(2 * i);
  }
  for (const table of ["holding", "input"]) {
    lines.push(`point ${table[0]}_${name} 1 ${table}:${next} ${type} ABCD ${value}`);
  }
  next += words + (next % 5 === 0 ? 2 : 0); // a hole now and then
}

for (let i = 0; i < 40; i++) {
  add(`u16_${i}`, "uint16", (b) => b.writeUInt16BE((i * 1657) & 0xffff), (i * 1657) & 0xffff);
  add(`i16_${i}`, "int16", (b) => b.writeInt16BE(-i * 811), -i * 811);
  add(`f32_${i}`, "float32", (b) => b.writeFloatBE(i * 1.25 - 20), i * 1.25 - 20);
  const big = 0x1fffffffffffffn + BigInt(i);
  add(`u64_${i}`, "uint64", (b) => b.writeBigUInt64BE(big), big);
}
for (let address = 0; address < 30; address++) {
  lines.push(`point coil${address} 1 coil:${address} bool ABCD ${flag(address)}`);
  lines.push(`point discrete${address} 1 discrete:${address} bool ABCD ${!flag(address)}`);
}

const vector = {
  getHoldingRegister: (address) => holding[address],
  getInputRegister: (address) => input[address],
  getCoil: flag,
  getDiscreteInput: (address) => !flag(address),
};
const server = new ModbusRTU.ServerSerial(
  vector,
  { port: path, path, baudRate: 115200, debug: false, unitID: 1 },
  { baudRate: 115200, unitID: 1 },
);
server.on("initialized", () => {
  lines.forEach((line) => console.log(line));
  console.log(`listening ${path}`);
});
server.on("error", (problem) => console.log(`error ${problem}`));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
