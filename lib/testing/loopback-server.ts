import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

const HOST = '127.0.0.1';

/** An HTTP server on loopback that can be closed at once. */
export class LoopbackServer {
  readonly port: number;
  /** `http://127.0.0.1:{port}`. */
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    // A listening TCP server has an address object; only a pipe has a string.
    this.port = (server.address() as AddressInfo).port;
    this.url = `http://${HOST}:${this.port}`;
    // For instance no file handle for one more connection. Without a listener the error would end the process.
    server.on('error', () => undefined);
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** @throws Error with the `code` of the system, for instance `EADDRINUSE` */
  static async listen(port: number): Promise<LoopbackServer> {
    // Node's five seconds would close connections that a client still counts on.
    const server = createServer({ keepAliveTimeout: 60_000 });
    server.listen(port, HOST);
    try {
      await once(server, 'listening');
    } catch (error) {
      throw portError(port, error);
    }
    return new LoopbackServer(server);
  }

  onRequest(listener: RequestListener): void {
    this.#server.on('request', listener);
  }

  /** Closes the server and destroys its open connections. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

function portError(port: number, cause: unknown): Error {
  const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
  const problem = code === 'EADDRINUSE' ? 'is in use' : 'cannot be opened';
  const cure = 'choose another "port", or leave it out to take a free one';
  return Object.assign(new Error(`Port ${port} ${problem} (${code}); ${cure}.`, { cause }), { code });
}
