import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A request that the proxy received. */
export interface ProxiedRequest {
  /** `CONNECT` for a tunnel. */
  readonly method: string;
  /** `host:port` of a tunnel, otherwise the absolute URL. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
}

/** A forward proxy: it tunnels `CONNECT`, and passes on requests in absolute form. */
export class ProxyServer {
  readonly requests: ProxiedRequest[] = [];
  /** Responds to every request with this status instead of passing it on. */
  refuseWith: number | undefined;
  /** The port on this machine for all hosts under `.test`, which no DNS knows. */
  portOfTestHosts = 0;
  /** Never responds. */
  isSilent = false;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((request, response) => this.forward(request, response));
  private bytesThrough = '';

  private constructor(private readonly credentials: string | undefined) {
    this.server.on('connection', (socket) => this.keep(socket));
    this.server.on('connect', (request, socket: Socket, head: Buffer) => this.tunnel(request, socket, head));
  }

  /** @param credentials - `user:password` without which it responds with 407 */
  static async start(credentials?: string): Promise<ProxyServer> {
    const proxy = new ProxyServer(credentials);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Everything that the tunnels carried towards the servers. */
  get tunnelled(): string {
    return this.bytesThrough;
  }

  get openConnections(): number {
    return this.sockets.size;
  }

  dropConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.dropConnections();
    await closed;
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.sockets.delete(socket));
  }

  /** The status of a refusal, or undefined to pass the request on. */
  private refusal({ method = '', url = '', headers }: IncomingMessage): number | undefined {
    this.requests.push({ method, target: url, headers });
    if (this.refuseWith !== undefined) return this.refuseWith;
    if (this.credentials === undefined) return undefined;
    const expected = `Basic ${Buffer.from(this.credentials).toString('base64')}`;
    return headers['proxy-authorization'] === expected ? undefined : 407;
  }

  private tunnel(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const refusal = this.refusal(request);
    if (this.isSilent) return;
    if (refusal !== undefined) {
      socket.end(
        `HTTP/1.1 ${refusal} Refused\r\nproxy-authenticate: Basic realm="proxy"\r\ncontent-length: 0\r\n\r\n`,
      );
      return;
    }
    const [host = '', port = '80'] = (request.url ?? '').split(':');
    const isTestHost = host.endsWith('.test');
    const upstream = connect(
      isTestHost ? this.portOfTestHosts : Number(port),
      isTestHost ? '127.0.0.1' : host,
      () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.write(head);
        socket.on('data', (chunk: Buffer) => {
          this.bytesThrough += chunk.toString('latin1');
        });
        socket.pipe(upstream).pipe(socket);
      },
    );
    this.keep(upstream);
    upstream.once('close', () => socket.destroy());
    socket.once('close', () => upstream.destroy());
    upstream.once('error', () => socket.destroy());
  }

  private forward(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.refusal(request);
    if (this.isSilent) return;
    if (refusal !== undefined) {
      response.writeHead(refusal, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
      return;
    }
    const { 'proxy-authorization': _ours, ...headers } = request.headers;
    const passed = httpRequest(request.url ?? '', { method: request.method, headers, agent: false });
    passed.on('error', () => response.writeHead(502).end());
    passed.on('response', (upstream) =>
      upstream.pipe(response.writeHead(upstream.statusCode ?? 502, upstream.headers)),
    );
    request.pipe(passed);
  }
}
