// A small SMTP server for development (RFC 5321 without extensions but SIZE and 8BITMIME): it takes every mail, keeps it,
// and delivers none.
import { createServer, type Server, type Socket } from "node:net";

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

const messageBytesMax = 256 * 1024;
const lineBytesMax = 2_000;
const recipientsMax = 20;
const idle_ms = 60_000;

export function smtpServer(take: (mail: ReceivedMail) => void): Server {
  return createServer((socket) => new Conversation(socket, take));
}

class Conversation {
  readonly #socket: Socket;
  readonly #take: (mail: ReceivedMail) => void;
  #buffer = "";
  #from: string | null = null;
  #to: string[] = [];
  #data: string[] | null = null;
  #dataBytes = 0;

  constructor(socket: Socket, take: (mail: ReceivedMail) => void) {
    this.#socket = socket;
    this.#take = take;
    // Bytes as Latin-1, so that nothing is lost before the mail is whole.
    socket.setEncoding("latin1");
    socket.setTimeout(idle_ms, () => socket.destroy());
    socket.on("data", (piece: string) => this.#read(piece));
    socket.on("error", () => socket.destroy());
    this.#say("220 development mail, nothing is delivered");
  }

  #say(line: string): void {
    this.#socket.write(`${line}\r\n`);
  }

  #read(piece: string): void {
    this.#buffer += piece;
    for (let end = this.#buffer.indexOf("\r\n"); end >= 0; end = this.#buffer.indexOf("\r\n")) {
      const line = this.#buffer.slice(0, end);
      this.#buffer = this.#buffer.slice(end + 2);
      if (this.#data === null) this.#command(line);
      else this.#dataLine(line);
    }
    if (this.#buffer.length > lineBytesMax) {
      this.#say("500 the line is too long");
      this.#socket.destroy();
    }
  }

  #command(line: string): void {
    const verb = line.slice(0, 4).toUpperCase();
    const address = /:\s*<([^<>\s]{0,254})>/.exec(line)?.[1];
    if (verb === "EHLO") return this.#say(`250-development mail\r\n250-SIZE ${messageBytesMax}\r\n250 8BITMIME`);
    if (verb === "HELO" || verb === "NOOP") return this.#say("250 ok");
    if (verb === "RSET") return this.#reset("250 ok");
    if (verb === "QUIT") {
      this.#say("221 bye");
      this.#socket.end();
      return;
    }
    if (verb === "MAIL" && address !== undefined) return this.#reset("250 ok", address);
    if (verb === "RCPT" && address !== undefined && this.#from !== null) {
      if (this.#to.length >= recipientsMax) return this.#say("452 too many recipients");
      this.#to.push(address);
      return this.#say("250 ok");
    }
    if (verb === "DATA" && this.#to.length > 0) {
      this.#data = [];
      this.#dataBytes = 0;
      return this.#say("354 end with a dot");
    }
    return this.#say(["MAIL", "RCPT", "DATA"].includes(verb) ? "503 not now" : "502 not known here");
  }

  #dataLine(line: string): void {
    if (line !== ".") {
      this.#dataBytes += line.length + 2;
      if (this.#dataBytes <= messageBytesMax) this.#data?.push(line.startsWith(".") ? line.slice(1) : line);
      return;
    }
    const raw = Buffer.from((this.#data ?? []).join("\r\n"), "latin1").toString("utf8");
    const mail = { from: this.#from ?? "", to: this.#to, raw };
    this.#data = null;
    if (this.#dataBytes > messageBytesMax) return this.#reset("552 the mail is too large");
    this.#take(mail);
    return this.#reset("250 taken");
  }

  #reset(answer: string, from: string | null = null): void {
    this.#from = from;
    this.#to = [];
    this.#say(answer);
  }
}
