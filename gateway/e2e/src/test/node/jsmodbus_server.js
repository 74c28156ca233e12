// A Modbus TCP server on jsmodbus that answers in any order: each reply waits a random while, so
// that later requests of a connection are often answered first.
//
//   jsmodbus_server.js SEED
//
// Holding register A of unit U is (A * 31 + U * 1009) mod 65536. Prints "listening PORT". A line
// "counts" on standard input is answered by "replies N overtaken M": how many replies left, and how
// many of them before one to an earlier request of the same connection. Ends with standard input.
const net = require("net");
const readline = require("readline");
const Modbus = require("jsmodbus");
const { ReadHoldingRegistersResponseBody } = require("jsmodbus/dist/response");
const ModbusTCPResponse = require("jsmodbus/dist/tcp-response").default;

let state = Number(process.argv[2]) >>> 0;
function chance() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 4294967296;
}

const listener = new net.Server();
listener.on("connection", (socket) => socket.on("error", () => {})); // a master that is gone
const server = new Modbus.server.TCP(listener, {});
let replies = 0;
let overtaken = 0;
let arrival = 0;
const waiting = new Set();

server.on("readHoldingRegisters", (request, answer) => {
  const order = arrival++;
  waiting.add(order);
  const { start, count } = request.body;
  const registers = Buffer.alloc(2 * count);
  for (let i = 0; i < count; i++) {
    registers.writeUInt16BE(((start + i) * 31 + request.unitId * 1009) & 0xffff, 2 * i);
  }
  setTimeout(() => {
    waiting.delete(order);
    replies++;
    for (const other of waiting) {
      if (other < order) {
        overtaken++;
        break;
      }
    }
    const body = new ReadHoldingRegistersResponseBody(registers.length, registers);
    answer(ModbusTCPResponse.fromRequest(request, body).createPayload());
  }, chance() * 15);
});

listener.listen(0, "127.0.0.1", () => console.log(`listening ${listener.address().port}`));
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "counts") {
    console.log(`replies ${replies} overtaken ${overtaken}`);
  }
}).on("close", () => process.exit(0));
