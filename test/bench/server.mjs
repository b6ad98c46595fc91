import { createServer } from 'node:http';

/**
 * The minimum that a send needs of Easemob, so that the client dominates the measurement: a token, and a response that names
 * every target. It runs in a separate process and prints its port.
 */
const RESPONSE_HEAD =
  '{"path":"/messages","uri":"https://a1.easemob.com/easemob-demo/testapp/messages","timestamp":1543922150902,"organization":"easemob-demo","application":"8be024f0-e978-11e8-b697-5d598d5f8402","action":"post","data":';
const RESPONSE_TAIL = ',"duration":1,"applicationName":"testapp"}';
const responses = new Map();

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(
      request.url.endsWith('/token')
        ? '{"access_token":"YWMt-bench","expires_in":5184000}'
        : responseTo(chunks),
    );
  });
});

/** The benchmark sends bodies of two sizes, so that each response is made once. */
function responseTo(chunks) {
  const body = Buffer.concat(chunks);
  const known = responses.get(body.length);
  if (known) return known;
  const { target } = JSON.parse(body.toString());
  const data = Object.fromEntries(
    target.map((id, index) => [id, String(973845988210901688n + BigInt(index))]),
  );
  const made = RESPONSE_HEAD + JSON.stringify(data) + RESPONSE_TAIL;
  responses.set(body.length, made);
  return made;
}

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
process.on('disconnect', () => process.exit(0));
