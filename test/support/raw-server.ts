import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ServerCertificate } from './certificate-authority.js';

/** A request as it arrived. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/**
 * Responds with any bytes, or not at all, and ends the connection. If it returns `pass`, the request is passed on all the
 * same.
 */
export type RawFault = (socket: Socket, response: ServerResponse) => unknown;

/** Writes these bytes as they are and ends the connection. */
export const bytes =
  (...text: (string | Buffer)[]): RawFault =>
  (socket) =>
    socket.end(Buffer.concat(text.map((piece) => Buffer.from(piece))));

/**
 * An HTTP server in front of a local Easemob. It passes requests on, and can respond to a send with bytes that no HTTP
 * library writes.
 */
export class RawServer {
  readonly requests: RawRequest[] = [];
  /** How many connections were made. */
  connections = 0;
  /** Called with each new connection before anything is read from it. */
  onConnection: ((socket: Socket) => void) | undefined;
  private readonly faults: RawFault[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private port = 0;
  private upstream = '';

  private constructor(private readonly certificate: ServerCertificate | undefined) {
    const receive = (request: IncomingMessage, response: ServerResponse): void =>
      void this.receive(request, response);
    const options = { keepAliveTimeout: 60_000 };
    this.server = certificate
      ? createSecureServer({ ...options, ...certificate }, receive)
      : createServer(options, receive);
    this.server.on('connection', (socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      // A connection that a fault broke emits an error here too.
      socket.on('error', () => undefined);
      socket.once('close', () => this.sockets.delete(socket));
      this.onConnection?.(socket);
    });
  }

  /** @param certificate - with it the server speaks TLS */
  static async start(certificate?: ServerCertificate): Promise<RawServer> {
    const server = new RawServer(certificate);
    await server.listen();
    server.port = (server.server.address() as AddressInfo).port;
    return server;
  }

  get url(): string {
    return `${this.certificate ? 'https' : 'http'}://127.0.0.1:${this.port}`;
  }

  /** How many connections are open. */
  get openConnections(): number {
    return this.sockets.size;
  }

  /** The sends that arrived. */
  get sends(): readonly RawRequest[] {
    return this.requests.filter(({ path }) => /\/messages\b/.test(path));
  }

  /** Requests without a fault go to this server. */
  passTo(upstream: string): void {
    this.upstream = upstream;
  }

  /** Lets the next send meet a fault. */
  failNextSend(fault: RawFault): void {
    this.faults.push(fault);
  }

  /** Passes the next send on, and ends the connection as soon as its response is written. */
  endAfterNextResponse(): void {
    this.failNextSend((socket, response) => {
      response.once('finish', () => socket.end());
      return 'pass';
    });
  }

  /** Ends every connection; resolves when the other side has closed them too. */
  async endConnections(): Promise<void> {
    const sockets = [...this.sockets];
    await Promise.all(
      sockets.map(
        // `once` would reject if the other side resets the connection.
        (socket) => new Promise<void>((resolve) => void socket.once('close', () => resolve()).end()),
      ),
    );
  }

  /** Closes the port: connections are refused until `listen`. */
  async leave(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    await Promise.all([this.endConnections(), closed]);
  }

  /** Listens; after `leave` on the same port. */
  async listen(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers, socket } = request;
    const body = await buffer(request);
    this.requests.push({ method, path, headers, body: body.toString() });
    const fault = /\/messages\b/.test(path) ? this.faults.shift() : undefined;
    if (fault && fault(socket, response) !== 'pass') return;
    const passed = httpRequest(this.upstream + path, { method, headers, agent: false });
    passed.on('error', () => socket.destroy());
    passed.on('response', (upstream) => {
      // Since Node.js 24 `pipeline` throws at once where the client has gone.
      if (response.destroyed) {
        upstream.destroy();
        return;
      }
      response.writeHead(upstream.statusCode ?? 502, upstream.headers);
      pipeline(upstream, response, (error) => error && socket.destroy());
    });
    passed.end(body);
  }
}
